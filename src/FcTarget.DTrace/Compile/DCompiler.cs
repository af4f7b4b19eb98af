// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Contract;
using FcTarget.DTrace.Language;
using FcTarget.DTrace.Runtime;

namespace FcTarget.DTrace.Compile;

// D COMPILER - theory of operation
//   Job      The programs of one command line to clauses that run at the probes.
//   Order    Parse, then go through declarations and clauses as they stand. Each clause is matched with the probes and compiled once for
//            each signature of args[] among them; each match is an enabling.
//   Bounds   Text, nodes, enablings and memory are limited; a program that asks for more is refused.
//   Errors   Everything the front end refuses is a DSyntaxException with a line; here it becomes dtrace(1)'s sentence.
//   Proof    ProgramTests, ErrorTextTests, FuzzTests

/// <summary>Compiles D programs.</summary>
internal sealed class DCompiler
{
    private const int MaxText = 1 << 18, MaxEnablings = 4096;

    /// <summary>Expressions and bytes of records that one firing may make: a port waits no longer than some milliseconds, whatever the program.</summary>
    private const int MaxProbeNodes = 20_000, MaxProbeRecords = 1 << 20;

    private readonly ProgramContext _context;
    private readonly ProbeTable _probes = new();
    private readonly List<Enabling> _enablings = [];
    private readonly Dictionary<ProbeArgument, DType> _argumentTypes;
    private readonly Dictionary<int, (int Nodes, int Records)> _load = [];
    private readonly List<PatternMatch> _patterns = [];

    private DCompiler(DOptions options)
    {
        _context = new ProgramContext(options);
        DParser.ParseLibrary(_context.Types, options);
        _argumentTypes = new Dictionary<ProbeArgument, DType>
        {
            [ProbeArgument.Integer] = DTypeTable.Int,
            [ProbeArgument.ConnInfo] = Pointer("conninfo_t"),
            [ProbeArgument.PortInfo] = Pointer("fc_port_info_t"),
            [ProbeArgument.ScsiCommand] = Pointer("scsicmd_t"),
            [ProbeArgument.XferInfo] = Pointer("fc_xferinfo_t"),
            [ProbeArgument.Facts] = Pointer("fc_cmdfacts_t"),
        };
    }

    /// <summary>Compiles the programs of one command line together: they share variables and aggregations.</summary>
    /// <param name="command">What <c>$0</c> is in a program that is not a script.</param>
    /// <param name="arguments"><c>$1</c> and on, for all of them.</param>
    /// <param name="options">The program's: pragmas change them.</param>
    /// <exception cref="DCompileException">A program is refused.</exception>
    public static IDProgram Compile(IReadOnlyList<DSource> sources, string command, IReadOnlyList<string> arguments, DOptions options)
    {
        DCompiler compiler = new(options);
        List<ProgramMatch> matches = [];
        foreach (DSource source in sources)
        {
            int before = compiler._enablings.Count;
            compiler.Add(source, new DMacros(source.Script ?? command, arguments));
            matches.Add(new ProgramMatch(source.Title, compiler._enablings.Count - before));
        }
        return new DProgram(compiler._context, compiler._probes, compiler._enablings, matches);
    }

    /// <summary>Probes as <c>-l</c> lists them: those that each description of the programs matches, or all without programs.</summary>
    /// <exception cref="DCompileException">A description is refused.</exception>
    public static IReadOnlyList<PatternMatch> List(IReadOnlyList<DSource> sources, string command, IReadOnlyList<string> arguments, DOptions options)
    {
        DCompiler compiler = new(options);
        if (sources.Count == 0) return [new PatternMatch("", compiler._probes.Probes)];
        foreach (DSource source in sources) compiler.Add(source, new DMacros(source.Script ?? command, arguments));
        return compiler._patterns;
    }

    private void Add(DSource source, DMacros macros)
    {
        ClauseCompiler clauses = new(_context);
        try
        {
            if (source.Text.Length > MaxText) throw new DSyntaxException(0, "program is too long");
            bool script = source.Script is not null;
            foreach (object item in DParser.Parse(source.Text, macros, _context.Types, _context.Options, script, source.Fields)) Add(item, clauses);
            if (macros.FirstUnused() is var unused and > 0 && !_context.Options.DefaultArgs)
                throw new DSyntaxException(
                    1, $"extraneous argument '{macros.Text(unused)}' (${unused} is not referenced)", "D_MACRO_UNUSED");
        }
        catch (DSyntaxException refused)
        {
            string place = source.Script is not null && refused.Line > 0 ? $"line {refused.Line}: "
                : source.Script is null && refused.InExpression && clauses.Region is { } region ? $"in {region}: "
                : "";
            string what = source.Script is not null ? $"failed to compile script {source.Script}" : $"invalid probe specifier {source.Text}";
            string tag = _context.Options.ErrTags && refused.Tag is { } name ? $"[{name}] " : "";
            throw new DCompileException($"{what}: {tag}{place}{refused.Message}");
        }
        catch (OverflowException)
        {
            throw new DCompileException($"failed to compile {source.Title}: Memory allocation failure");
        }
    }

    private void Add(object item, ClauseCompiler clauses)
    {
        switch (item)
        {
            case VariableDeclaration variable:
                ExpressionCompiler.Declare(_context, variable);
                break;
            case InlineDeclaration inline:
                ExpressionCompiler.Check(_context, inline);
                string kind = _context.Inlines.GetValueOrDefault(inline.Name)?.Parameters is null ? "scalar" : "array";
                if (!_context.Inlines.TryAdd(inline.Name, inline)) throw new DSyntaxException(
                        inline.Line, $"identifier redefined: {inline.Name}\n\t current: inline definition\n\tprevious: {kind} inline",
                        "D_DECL_IDRED");
                break;
            case TranslatorDeclaration translator:
                Add(translator);
                break;
            case DClause clause:
                foreach (DClause part in ConditionalClauses.Split(clause)) Enable(part, clauses);
                foreach (ProbePattern pattern in clause.Probes) _patterns.Add(new PatternMatch(pattern.Fields, Match(pattern)));
                break;
        }
    }

    private void Add(TranslatorDeclaration translator)
    {
        foreach ((string member, _, int line) in translator.Members)
        {
            if (translator.Output.Find(member) is null)
                throw new DSyntaxException(line, $"translator member {member} is not a member of {translator.Output.Name}", "D_XLATE_MEMB");
        }
        if (_context.Translators.Any(t => ReferenceEquals(t.Output, translator.Output) && t.Input.Name == translator.Input.Name))
        {
            throw new DSyntaxException(
                translator.Line, $"translator from {translator.Input.Name} to {translator.Output.Name} has already been declared",
                "D_XLATE_REDECL");
        }
        ExpressionCompiler.Check(_context, translator);
        _context.Translators.Add(translator);
    }

    private void Enable(DClause clause, ClauseCompiler clauses)
    {
        Dictionary<string, CompiledClause> compiled = [];
        foreach (ProbePattern pattern in clause.Probes)
        {
            IReadOnlyList<ProbeDescription> probes = Match(pattern);
            // What matches nothing (-Z) is checked all the same, and its assignments give variables their types.
            if (probes.Count == 0) clauses.Compile(clause, new ProbeContext(pattern.Fields, null));
            foreach (ProbeDescription probe in probes)
            {
                if (_enablings.Count >= MaxEnablings) throw new DSyntaxException(clause.Line, "program enables too many probes");
                IReadOnlyList<ProbeArgument> arguments = ProbeTable.Arguments(probe.Id);
                string signature = string.Join(',', arguments);
                if (!compiled.TryGetValue(signature, out CompiledClause? code))
                {
                    string name = pattern.Id > 0 ? probe.ToString() : pattern.Fields;
                    compiled[signature] = code = clauses.Compile(clause, new ProbeContext(name, [.. arguments.Select(a => _argumentTypes[a])], probe.Id));
                }
                Load(clause, probe, code);
                EnablingDescription description = new((uint)_enablings.Count + 1, probe, code.Actions);
                _enablings.Add(new Enabling(description, code, ProbeNames.Of(probe, _context.Layout)));
            }
        }
    }

    private void Load(DClause clause, ProbeDescription probe, CompiledClause code)
    {
        (int nodes, int records) = _load.GetValueOrDefault(probe.Id);
        nodes += code.Nodes + 1;
        records += Math.Max(0, code.RecordSize);
        if (nodes > MaxProbeNodes) throw new DSyntaxException(clause.Line, "DIF program exceeds maximum program size");
        if (records > MaxProbeRecords) throw new DSyntaxException(clause.Line, "Enabling exceeds size of buffer");
        _load[probe.Id] = (nodes, records);
    }

    private IReadOnlyList<ProbeDescription> Match(ProbePattern pattern)
    {
        if (pattern.Id > 0)
        {
            return pattern.Id <= _probes.Probes.Count
                ? [_probes.Probes[pattern.Id - 1]]
                : throw new DSyntaxException(pattern.Line, $"invalid probe identifier {pattern.Id}: Unknown probe identifier",
                    "D_PDESC_ZERO");
        }
        IReadOnlyList<ProbeDescription> matches = _probes.Match(pattern.Provider, pattern.Module, pattern.Function, pattern.Name);
        if (matches.Count == 0 && !_context.Options.ZDefs)
            throw new DSyntaxException(pattern.Line, $"probe description {pattern.Fields} does not match any probes", "D_PDESC_ZERO");
        return matches;
    }

    private PointerType Pointer(string name) => new(_context.Types.Find(name)!);
}
