/** What there is to know about a function's source text alone; kept by text, so that 100,000 closures of one text are parsed once. */
import { BoundedCache } from './bounded-cache.js'
import type { Use } from './free-names.js'
import { freeNames } from './free-names.js'
import { globalMembers } from './global-members.js'
import type { Heritage } from './heritage.js'
import { heritageOf } from './heritage.js'
import type { Edit, SourceForm } from './source-form.js'
import { parseSource } from './source-form.js'
import type { AnyNode } from './syntax.js'
import { identifiersIn, walk } from './syntax.js'
import type { Ties } from './ties.js'

/** A place in the text where a variable is mentioned. */
export interface Mention {
  readonly start: number
  readonly end: number
  readonly shorthand: boolean
  /** As the function of a call, where `this` depends on how it is written. */
  readonly called: boolean
}

/** A place where the global object is mentioned for the sake of one of its members. */
export interface GlobalMention extends Pick<Mention, 'start' | 'end'> {
  /** By which name. */
  readonly object: string
}

/** How a text uses one free variable. */
export interface Variable {
  readonly written: boolean
  /** The members it uses, if it uses nothing but `variable.member`. */
  readonly members: ReadonlySet<string> | undefined
  /** Whether it only asks for its `typeof`. */
  readonly onlyTypeof: boolean
  readonly mentions: readonly Mention[]
}

/** The source text of a function, understood. */
export interface Analysis {
  readonly source: SourceForm
  readonly variables: ReadonlyMap<string, Variable>
  /** What it uses of the global object, member by member. */
  readonly globalMembers: ReadonlyMap<string, readonly GlobalMention[]>
  readonly ties: Ties
  readonly metaEdits: readonly Edit[]
  /** Set for classes. */
  readonly class: ClassFacts | undefined
}

/** What a class's definition itself runs. */
export interface ClassFacts {
  /** Where its superclass is named. */
  readonly heritage: Heritage | undefined
  /** Variables read while it is defined: in static fields, static blocks and computed names. */
  readonly eager: readonly string[]
  readonly inComputedNames: ReadonlySet<string>
  /** `#names` of its instances. */
  readonly privateFields: readonly string[]
}

/** Stands for `import.meta` in shipped code; as wide, so that columns stay. */
export const metaName = '$importMeta'

const bySource = new BoundedCache<Analysis>(8_000_000)

/**
 * Understand a function's source text.
 *
 * @throws {SyntaxError} If it cannot be parsed.
 */
export function analyze(text: string, strict: boolean): Analysis {
  const key = (strict ? 's' : 'l') + text
  let known = bySource.get(key)
  if (known === undefined) bySource.set(key, (known = analyzeAnew(text, strict)))
  return known
}

function analyzeAnew(text: string, strict: boolean): Analysis {
  const source = parseSource(text, strict)
  const { uses, ties } = freeNames(source.node, strict)
  return {
    source,
    ties,
    variables: new Map([...uses].map(([name, mentions]) => [name, variableOf(mentions, source.shift)])),
    globalMembers: new Map(
      [...globalMembers(source.node, uses)].map(([name, mentions]) => [
        name,
        mentions.map(({ node }) => globalMention(node, source.shift)),
      ]),
    ),
    metaEdits: ties.importMeta ? metaEdits(source) : [],
    class: 'superClass' in source.node ? classFacts(source, new Set(uses.keys())) : undefined,
  }
}

function variableOf(uses: readonly Use[], shift: number): Variable {
  const members = uses.map(memberOf)
  return {
    written: uses.some(({ write }) => write),
    members: members.every((member) => member !== undefined) ? new Set(members) : undefined,
    onlyTypeof: uses.every(({ parent }) => parent?.type === 'UnaryExpression' && parent.operator === 'typeof'),
    mentions: uses.map((use) => ({
      start: use.node.start - shift,
      end: use.node.end - shift,
      shorthand: use.shorthand,
      called: isCalled(use),
    })),
  }
}

const globalMention = ({ name, start, end }: Use['node'], shift: number): GlobalMention => ({
  object: name,
  start: start - shift,
  end: end - shift,
})

function memberOf({ node, parent, write }: Use): string | undefined {
  if (write || parent?.type !== 'MemberExpression' || parent.object !== node || parent.computed) return undefined
  return parent.property.type === 'Identifier' ? parent.property.name : undefined
}

const isCalled = ({ node, parent }: Use): boolean =>
  (parent?.type === 'CallExpression' && parent.callee === node) || (parent?.type === 'TaggedTemplateExpression' && parent.tag === node)

function metaEdits({ node, shift }: SourceForm): Edit[] {
  const edits: Edit[] = []
  walk(node, (inner) => {
    if (inner.type === 'MetaProperty' && inner.meta.name === 'import')
      edits.push({ start: inner.start - shift, end: inner.end - shift, text: metaName })
  })
  return edits
}

function classFacts(source: SourceForm, free: ReadonlySet<string>): ClassFacts {
  const { superClass, body } = source.node as Extract<AnyNode, { type: 'ClassExpression' }>
  const computed = namesIn(
    body.body.map((member) => ('computed' in member && member.computed ? member.key : undefined)),
    free,
  )
  const statics = namesIn(
    body.body.map((member) =>
      member.type === 'StaticBlock' || (member.type === 'PropertyDefinition' && member.static) ? member : undefined,
    ),
    free,
  )
  const extendsSomething = superClass && !(superClass.type === 'Literal' && superClass.value === null)
  return {
    heritage: extendsSomething ? heritageOf(source, superClass) : undefined,
    eager: [...new Set([...computed, ...statics])],
    inComputedNames: computed,
    privateFields: body.body.flatMap((member) =>
      'key' in member && member.key.type === 'PrivateIdentifier' && !member.static ? [`#${member.key.name}`] : [],
    ),
  }
}

const namesIn = (nodes: readonly (AnyNode | null | undefined)[], free: ReadonlySet<string>): Set<string> =>
  new Set(nodes.flatMap((node) => [...identifiersIn(node)].filter((name) => free.has(name))))
