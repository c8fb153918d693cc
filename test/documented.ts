import { resolve } from 'node:path'
import ts from 'typescript'

/** Something public: a type, a member of one, or a function. */
export interface Documented {
  /** As `ChatOptions.media.sweepMinutes`. */
  name: string
  /** Its sentences, without tags. */
  text: string
  /** What stands behind each tag. */
  tags: { name: string; text: string }[]
  /** Whether it is called. */
  isMethod: boolean
  /** Whether it is called, and what it gives has to be awaited. */
  isAwaited: boolean
  isOptional: boolean
  file: string
}

const entries = [
  'src/index.ts',
  'src/client/index.ts',
  'src/react/index.ts',
  'src/storage/s3.ts',
  'src/testing/index.ts',
]

/** All that a host can name, and all that is inside of it, as an editor would tell of it. */
export function documentedOf(root: string): Documented[] {
  const { config } = ts.readConfigFile(resolve(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: entries }, ts.sys, root)
  const program = ts.createProgram(
    entries.map((entry) => resolve(root, entry)),
    options,
  )
  const checker = program.getTypeChecker()
  const own = resolve(root, 'src')
  const seen = new Set<ts.Node>()
  const found: Documented[] = []

  const note = (name: string, symbol: ts.Symbol, declaration: ts.Declaration) => {
    const type = checker.getTypeOfSymbolAtLocation(symbol, declaration)
    const calls = checker.getNonNullableType(type).getCallSignatures()
    found.push({
      name,
      text: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
      tags: symbol.getJsDocTags(checker).map((tag) => ({ name: tag.name, text: ts.displayPartsToString(tag.text) })),
      isMethod: calls.length > 0,
      isAwaited: calls.some((call) => call.getReturnType().symbol?.name === 'Promise'),
      isOptional: (symbol.flags & ts.SymbolFlags.Optional) !== 0,
      file: declaration.getSourceFile().fileName.slice(own.length + 1),
    })
  }

  const walk = (name: string, node: ts.Node) => {
    if (seen.has(node)) return
    seen.add(node)
    if (ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isTypeLiteralNode(node)) {
      for (const member of node.members) visit(name, member)
    } else if (ts.isTypeNode(node) || ts.isExpressionWithTypeArguments(node)) {
      // What a union, an intersection or a list is made of.
      ts.forEachChild(node, (child) => walk(name, child))
    }
  }

  const visit = (name: string, member: ts.ClassElement | ts.TypeElement) => {
    if (!member.name || ts.isPrivateIdentifier(member.name) || ts.isComputedPropertyName(member.name)) return
    if (ts.canHaveModifiers(member) && ts.getModifiers(member)?.some(({ kind }) => hidden.has(kind))) return
    const symbol = checker.getSymbolAtLocation(member.name)
    if (!symbol) return
    const path = `${name}.${member.name.getText()}`
    note(path, symbol, member)
    if ((ts.isPropertySignature(member) || ts.isPropertyDeclaration(member)) && member.type) walk(path, member.type)
  }

  for (const entry of entries) {
    const source = program.getSourceFile(resolve(root, entry))
    const module = source && checker.getSymbolAtLocation(source)
    for (const exported of module ? checker.getExportsOfModule(module) : []) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
      for (const declaration of symbol.declarations ?? []) {
        if (seen.has(declaration) || !declaration.getSourceFile().fileName.startsWith(own)) continue
        if (declaration === symbol.declarations?.[0]) note(symbol.name, symbol, declaration)
        if (ts.isTypeAliasDeclaration(declaration)) walk(symbol.name, declaration.type)
        else walk(symbol.name, declaration)
        seen.add(declaration)
      }
    }
  }
  return found
}

/** What is there for the library alone, or says again what a class of JavaScript has. */
const hidden = new Set([
  ts.SyntaxKind.PrivateKeyword,
  ts.SyntaxKind.ProtectedKeyword,
  ts.SyntaxKind.StaticKeyword,
  ts.SyntaxKind.OverrideKeyword,
])
