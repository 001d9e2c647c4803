/** Writes the canonical text of a syntax tree. */
import type { Analysis } from '../source/analysis.js'
import { cooked, isInterop, isNoise, literalText, memberName, unseen, viteName, withoutNoise } from '../source/code-noise.js'
import type { AnyNode } from '../source/syntax.js'
import type { CanonicalCode } from './canonical-code.js'
import { CodeText } from './code-text.js'

type Of<T extends AnyNode['type']> = Extract<AnyNode, { type: T }>

/** Writes one function. */
export class CodeWriter {
  readonly #to = new CodeText()
  readonly #analysis: Analysis
  readonly #free = new Map<number, string>()
  readonly #ownName: string | undefined

  constructor(analysis: Analysis) {
    this.#analysis = analysis
    const { source } = analysis
    for (const [name, { mentions }] of analysis.variables) for (const { start } of mentions) this.#free.set(start + source.shift, name)
    this.#ownName = source.form !== 'method' && 'id' in source.node ? source.node.id?.name : undefined
  }

  write(): CanonicalCode {
    const { node } = this.#analysis.source
    if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') this.#class(node, true)
    else this.#function(node, undefined)
    return this.#to.end()
  }

  #visit(given: AnyNode | null | undefined): void {
    if (!given) return this.#to.add('_')
    const node = withoutNoise(given)
    switch (node.type) {
      case 'Identifier':
        return this.#identifier(node)
      case 'Literal':
        return this.#to.add(literalText(node))
      case 'TemplateLiteral':
        return node.expressions.length === 0 ? this.#to.add(JSON.stringify(cooked(node.quasis[0]))) : this.#node(node)
      case 'TemplateElement':
        return this.#to.add(JSON.stringify([node.value.cooked ?? null, node.value.raw.replaceAll('\r\n', '\n')]))
      case 'TaggedTemplateExpression':
        this.#to.add('(tagged')
        this.#visit(node.tag)
        this.#node(node.quasi)
        return this.#to.add(')')
      case 'MetaProperty':
        return this.#to.add(`(meta ${node.meta.name})`)
      case 'UnaryExpression':
        return this.#unary(node)
      case 'MemberExpression':
        return this.#member(node)
      case 'CallExpression':
        return this.#call(node)
      case 'ImportExpression':
        return this.#import(node.source)
      case 'BlockStatement':
        return this.#block(node.body)
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
      case 'FunctionDeclaration':
        return this.#function(node, node.id?.name)
      case 'ClassDeclaration':
      case 'ClassExpression':
        return this.#class(node, false)
      case 'Property':
        return this.#property(node)
      case 'MethodDefinition':
      case 'PropertyDefinition':
        return this.#classMember(node)
      default:
        return this.#node(node)
    }
  }

  /** Any other node: its type and its fields, in order of their names. */
  #node(node: AnyNode): void {
    this.#to.add(`(${node.type}`)
    for (const key of Object.keys(node).sort()) if (!unseen.has(key)) this.#field(node[key as keyof AnyNode])
    this.#to.add(')')
  }

  #field(value: unknown): void {
    if (Array.isArray(value)) return this.#list(value as AnyNode[])
    if (typeof value === 'object' || value === undefined) return this.#visit(value as AnyNode | null | undefined)
    this.#to.add(JSON.stringify(value))
  }

  #list(nodes: readonly (AnyNode | null)[]): void {
    this.#to.add('[')
    for (const node of nodes) this.#visit(node)
    this.#to.add(']')
  }

  #identifier({ name, start }: Of<'Identifier'>): void {
    const free = this.#free.get(start) === name
    if (name === 'undefined' && free) return this.#to.add('undefined')
    if (viteName(name) === 'import_meta') return this.#to.add('(meta import)')
    if (free) return this.#to.slot({ t: 'variable', name, member: undefined })
    if (name === this.#ownName) return this.#to.slot({ t: 'self', name })
    this.#to.add(`'${name}`)
  }

  /** `void 0` is `undefined` and `!0` is `true`. */
  #unary(node: Of<'UnaryExpression'>): void {
    const { operator, argument } = node
    const number = argument.type === 'Literal' && typeof argument.value === 'number' ? argument.value : undefined
    if (operator === 'void' && number !== undefined) return this.#to.add('undefined')
    if (operator === '!' && number !== undefined) return this.#to.add(String(!number))
    this.#node(node)
  }

  #member(node: Of<'MemberExpression'>): void {
    const name = memberName(node)
    const { object } = node
    const plain = name !== undefined && !node.optional
    if (plain && object.type === 'Identifier' && this.#free.get(object.start) === object.name && viteName(object.name) !== 'import_meta') {
      return this.#to.slot({ t: 'variable', name: object.name, member: name })
    }
    this.#to.add(node.optional ? '(?.' : '(.')
    this.#visit(object)
    if (name !== undefined) this.#to.add(`'${name}`)
    else if (node.property.type === 'PrivateIdentifier') this.#to.add(`#${node.property.name}`)
    else this.#visit(node.property)
    this.#to.add(')')
  }

  #call(node: Of<'CallExpression'>): void {
    const {
      callee,
      arguments: [first],
    } = node
    if (callee.type === 'Identifier' && viteName(callee.name) === 'dynamic_import' && first) return this.#import(first)
    const { text, shift } = this.#analysis.source
    if (isInterop(node, (from, to) => text.slice(from - shift, to - shift))) return this.#visit((callee as Of<'MemberExpression'>).object)
    this.#node(node)
  }

  #import(source: AnyNode): void {
    this.#to.add('(import')
    if (source.type === 'Literal' && typeof source.value === 'string') this.#to.slot({ t: 'import', specifier: source.value })
    else this.#visit(source)
    this.#to.add(')')
  }

  /** Braces around one statement are a matter of taste. */
  #block(body: readonly AnyNode[]): void {
    const statements = body.filter((node) => !isNoise(node))
    const [only] = statements
    if (statements.length === 1 && only && !/Declaration$/.test(only.type)) this.#visit(only)
    else this.#list(statements)
  }

  #function(node: Of<'ArrowFunctionExpression' | 'FunctionExpression' | 'FunctionDeclaration'>, name: string | undefined): void {
    const kind = node.type === 'ArrowFunctionExpression' ? '=>' : 'function'
    this.#to.add(`(${kind}${node.async ? ' async' : ''}${node.generator ? ' *' : ''}${name === undefined ? '' : ` '${name}`}`)
    this.#list(node.params)
    if (node.body.type === 'BlockStatement') this.#list(node.body.body.filter((statement) => !isNoise(statement)))
    else {
      this.#to.add('[ (ReturnStatement')
      this.#visit(node.body)
      this.#to.add(') ]')
    }
    this.#to.add(')')
  }

  #class(node: Of<'ClassDeclaration' | 'ClassExpression'>, root: boolean): void {
    this.#to.add(root || !node.id ? '(class' : `(class '${node.id.name}`)
    // Its variables are not among those that the class captured; what they came to is its prototype.
    if (root && node.superClass) this.#to.slot({ t: 'superclass' })
    else this.#visit(node.superClass)
    this.#list(node.body.body.filter((member) => !isNoise(member)))
    this.#to.add(')')
  }

  #property(node: Of<'Property'>): void {
    this.#to.add(`(${node.kind}${node.method ? ' method' : ''}`)
    this.#key(node)
    this.#visit(node.value)
    this.#to.add(')')
  }

  #classMember(node: Of<'MethodDefinition' | 'PropertyDefinition'>): void {
    this.#to.add(`(${node.static ? 'static ' : ''}${node.type === 'MethodDefinition' ? node.kind : 'field'}`)
    this.#key(node)
    this.#visit(node.value)
    this.#to.add(')')
  }

  #key({ key, computed }: { readonly key: AnyNode; readonly computed: boolean }): void {
    if (computed && !(key.type === 'Literal' && typeof key.value === 'string')) {
      this.#to.add('[')
      this.#visit(key)
      return this.#to.add(']')
    }
    if (key.type === 'PrivateIdentifier') return this.#to.add(`#${key.name}`)
    this.#to.add(JSON.stringify(key.type === 'Identifier' ? key.name : String((key as Of<'Literal'>).value)))
  }
}
