/**
 * The environment of all that is measured. Node 20 reads the certificates that `NODE_EXTRA_CA_CERTS` names before anything else, those of a whole system
 * in 65 ms: that much longer for everybody, every start of a process would seem close to the floor.
 */
delete process.env.NODE_EXTRA_CA_CERTS
