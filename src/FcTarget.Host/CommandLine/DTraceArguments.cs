// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Session;

namespace FcTarget.Host.CommandLine;

/// <summary>The command line of dtrace(1), read as getopt(3C) reads it: letters may stand together, operands may stand between them.</summary>
internal sealed class DTraceArguments
{
    public const string Usage =
        "Usage: fctarget dtrace [-CeHlqvVwZ] [-b bufsz] [-D name[=def]]\n"
        + "\t[-I path] [-o output] [-p pid] [-s script] [-T target]\n"
        + "\t[-U name] [-x opt[=val]]\n\n"
        + "\t[-P provider [[ predicate ] action ]]\n"
        + "\t[-m [ provider: ] module [[ predicate ] action ]]\n"
        + "\t[-f [[ provider: ] module: ] func [[ predicate ] action ]]\n"
        + "\t[-n [[[ provider: ] module: ] func: ] name [[ predicate ] action ]]\n"
        + "\t[-i probe-id [[ predicate ] action ]] [ args ... ]\n\n"
        + "\tpredicate -> '/' D-expression '/'\n"
        + "\t   action -> '{' D-statements '}'\n\n"
        + "\t-b  set trace buffer size\n"
        + "\t-C  run cpp(1) preprocessor on script files\n"
        + "\t-D  define symbol when invoking preprocessor\n"
        + "\t-e  exit after compiling request but prior to enabling probes\n"
        + "\t-f  enable or list probes matching the specified function name\n"
        + "\t-H  print included files when invoking preprocessor\n"
        + "\t-i  enable or list probes matching the specified probe id\n"
        + "\t-I  add include directory to preprocessor search path\n"
        + "\t-l  list probes matching specified criteria\n"
        + "\t-m  enable or list probes matching the specified module name\n"
        + "\t-n  enable or list probes matching the specified probe name\n"
        + "\t-o  set output file\n"
        + "\t-p  process-ID of the target, which is also $target\n"
        + "\t-P  enable or list probes matching the specified provider name\n"
        + "\t-q  set quiet mode (only output explicitly traced data)\n"
        + "\t-s  enable or list probes according to the specified D script\n"
        + "\t-T  target to trace: its interface or its control socket\n"
        + "\t-U  undefine symbol when invoking preprocessor\n"
        + "\t-v  set verbose mode (with -l: report stability attributes, arguments)\n"
        + "\t-V  report version\n"
        + "\t-w  permit destructive actions\n"
        + "\t-x  enable or modify compiler and tracing options\n"
        + "\t-Z  permit probe descriptions that match zero probes\n"
        + "\t--replay CAPTURE  trace what a target would do in the place of the captured one\n";

    private const string WithArgument = "36bcDfiILmnopPsTUxX";
    private const string Letters = "aABCeFGHlqSvVwZ" + WithArgument;

    private readonly List<DTraceProgram> _programs = [];
    private readonly List<string> _arguments = [];
    private readonly List<DTraceOption> _options = [];
    private readonly List<char> _modes = [];
    private readonly DPreprocessor _preprocessor = new();
    private bool _compileOnly, _verbose;

    private DTraceArguments()
    {
    }

    /// <summary>What to do.</summary>
    public DTraceRequest Request => new(
        _modes.Contains('l') ? DTraceMode.List : _compileOnly ? DTraceMode.Compile : DTraceMode.Run, _programs, _arguments, _options, _verbose);

    public bool WantsVersion => _modes.Contains('V');

    /// <summary><c>-o</c>.</summary>
    public string? OutputFile { get; private set; }

    /// <summary><c>-T</c>.</summary>
    public string? Target { get; private set; }

    /// <summary><c>--replay</c>: the probes are those that a capture would have fired.</summary>
    public string? Capture { get; private set; }

    /// <summary><c>-p</c>.</summary>
    public int? Pid { get; private set; }

    /// <exception cref="DTraceUsageException">It is wrong.</exception>
    public static DTraceArguments Parse(IReadOnlyList<string> args)
    {
        if (args.Count == 0) throw new DTraceUsageException(null);
        DTraceArguments parsed = new();
        bool onlyOperands = false;
        for (int i = 0; i < args.Count; i++)
        {
            string arg = args[i];
            if (onlyOperands || arg.Length < 2 || arg[0] != '-') parsed._arguments.Add(arg);
            else if (arg == "--") onlyOperands = true;
            else if (arg == "--help") throw new DTraceUsageException(null, isHelp: true);
            else if (arg.StartsWith("--", StringComparison.Ordinal)) i = parsed.TakeLong(args, i);
            else i = parsed.TakeLetters(args, i);
        }
        if (parsed._modes.Distinct().Count() > 1) throw new DTraceUsageException("only one of the [-lV] options can be specified at a time", hasUsage: false);
        if (parsed._verbose && !parsed._modes.Contains('l')) throw NotHere('v');
        if (parsed._preprocessor.IsWanted) parsed.Preprocess();
        return parsed;
    }

    private void Preprocess()
    {
        for (int i = 0; i < _programs.Count; i++)
        {
            DTraceProgram program = _programs[i];
            string title = program.Script is { } script ? $"script {script}" : $"description '{program.Text}'";
            _programs[i] = program with { Text = _preprocessor.Run(program.Text, title) };
        }
    }

    private int TakeLong(IReadOnlyList<string> args, int at)
    {
        if (args[at] is not ("--target-socket" or "--replay")) throw new DTraceUsageException($"illegal option -- {args[at]}");
        if (at + 1 == args.Count) throw new DTraceUsageException($"option requires an argument -- {args[at]}");
        if (args[at] == "--replay") Capture = args[at + 1];
        else Target = args[at + 1];
        return at + 1;
    }

    private int TakeLetters(IReadOnlyList<string> args, int at)
    {
        string arg = args[at];
        for (int i = 1; i < arg.Length; i++)
        {
            char letter = arg[i];
            if (!Letters.Contains(letter)) throw new DTraceUsageException($"illegal option -- {letter}");
            if (!WithArgument.Contains(letter))
            {
                Take(letter);
                continue;
            }
            if (i + 1 < arg.Length)
            {
                Take(letter, arg[(i + 1)..]);
                return at;
            }
            if (at + 1 == args.Count) throw new DTraceUsageException($"option requires an argument -- {letter}");
            Take(letter, args[at + 1]);
            return at + 1;
        }
        return at;
    }

    private void Take(char letter)
    {
        switch (letter)
        {
            case 'C': _preprocessor.IsWanted = true; break;
            case 'H': _preprocessor.Add('H'); break;
            case 'v': _verbose = true; break;
            case 'e': _compileOnly = true; break;
            case 'l' or 'V': _modes.Add(letter); break;
            case 'q': _options.Add(new DTraceOption("quiet")); break;
            case 'w': _options.Add(new DTraceOption("destructive")); break;
            case 'Z': _options.Add(new DTraceOption("zdefs")); break;
            default: throw NotHere(letter);
        }
    }

    private void Take(char letter, string value)
    {
        switch (letter)
        {
            case 'D' or 'I' or 'U': _preprocessor.Add(letter, value); break;
            case 'b': _options.Add(new DTraceOption("bufsize", value)); break;
            case 'P': _programs.Add(new DTraceProgram(value, Fields: DTraceField.Provider)); break;
            case 'm': _programs.Add(new DTraceProgram(value, Fields: DTraceField.Module)); break;
            case 'f': _programs.Add(new DTraceProgram(value, Fields: DTraceField.Function)); break;
            case 'n' or 'i': _programs.Add(new DTraceProgram(value)); break;
            case 's': _programs.Add(new DTraceProgram(ReadScript(value), value)); break;
            case 'o': OutputFile = value; break;
            case 'T': Target = value; break;
            case 'x':
                int equals = value.IndexOf('=');
                _options.Add(equals < 0 ? new DTraceOption(value) : new DTraceOption(value[..equals], value[(equals + 1)..]));
                break;
            case 'p':
                if (!int.TryParse(value, out int pid) || pid <= 0) throw new DTraceUsageException($"invalid pid: {value}", hasUsage: false, exitCode: 1);
                Pid = pid;
                break;
            case '6' when value == "4": break; // 64 bits are what there is
            case '3' when value != "2": throw new DTraceUsageException($"illegal option -- 3{value}");
            case '6': throw new DTraceUsageException($"illegal option -- 6{value}");
            default: throw NotHere(letter);
        }
    }

    private static string ReadScript(string path)
    {
        try
        {
            return path == "-" || path == "/dev/stdin" ? Console.In.ReadToEnd() : File.ReadAllText(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            string why = fault switch
            {
                FileNotFoundException or DirectoryNotFoundException => "No such file or directory",
                UnauthorizedAccessException => Directory.Exists(path) ? "Is a directory" : "Permission denied",
                _ => fault.Message.TrimEnd('.'),
            };
            throw new DTraceUsageException($"failed to open {path}: {why}", hasUsage: false, exitCode: 1);
        }
    }

    private static DTraceUsageException NotHere(char letter) => new(
        letter switch
        {
            'a' or 'A' => $"-{letter} is not supported here: there is no anonymous tracing",
            'c' => "-c is not supported here: what is traced is a running target",
            'X' => "-X is not supported here: the preprocessor is this machine's own",
            'F' => "-F is not supported here: the probes are no entries and returns of functions",
            'G' => "-G is not supported here: programs run in the target and are not linked",
            'L' => "-L is not supported here: the fc library is built in",
            'S' => "-S is not supported here: there is no DIF to show",
            'v' => "-v is not supported here without -l: programs have no stability",
            '3' => "-32 is not supported here: D programs are 64-bit",
            _ => "-B is not supported here",
        },
        hasUsage: false);
}
