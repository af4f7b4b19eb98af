// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FcTarget.Host.Control;
using FcTarget.Host.Options;

namespace FcTarget.Host.CommandLine;

/// <summary>What the commands that ask a running target have in common.</summary>
internal static class ControlCommand
{
    /// <summary><c>--target-socket</c>, <c>-T</c>: which target.</summary>
    public static Option<string> TargetSocket() => new("--target-socket", "-T")
    {
        HelpName = "NAME|PATH",
        Description = $"The target: its interface or its control socket. By default ${ControlSocket.PathVariable}, or the one that runs.",
    };

    public static Option<bool> Json() => new("--json") { Description = "Prints JSON." };

    /// <summary>A command that asks for something and prints it, as it came (<c>--json</c>) or for people.</summary>
    /// <param name="name">Name of the command.</param>
    /// <param name="description">What it does.</param>
    /// <param name="path">What is asked for, below /v1/.</param>
    /// <param name="type">What comes.</param>
    /// <param name="print">Prints it for people.</param>
    public static Command Listing<T>(string name, string description, string path, JsonTypeInfo<T> type, Action<T> print) =>
        Listing(name, description, _ => path, type, (value, _) => print(value));

    /// <summary>The same with arguments and options of its own, by which it asks and prints.</summary>
    public static Command Listing<T>(
        string name, string description, Func<ParseResult, string> path, JsonTypeInfo<T> type, Action<T, ParseResult> print, params Symbol[] symbols)
    {
        Option<string> target = TargetSocket();
        Option<bool> json = Json();
        Command command = new(name, description) { target, json };
        Add(command, symbols);
        command.SetAction(async (parsed, cancellation) =>
        {
            using ControlClient client = new(parsed.GetValue(target));
            byte[] answer = await client.AskAsync(HttpMethod.Get, path(parsed), cancellation);
            Print(answer, parsed.GetValue(json), type, value => print(value, parsed));
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>A command that changes something and prints what is there afterwards.</summary>
    /// <param name="name">Name of the command.</param>
    /// <param name="description">What it does.</param>
    /// <param name="type">What comes back.</param>
    /// <param name="print">Prints it for people.</param>
    /// <param name="ask">Asks for the change.</param>
    /// <param name="symbols">Arguments and options of its own.</param>
    public static Command Change<T>(
        string name, string description, JsonTypeInfo<T> type, Action<T> print,
        Func<ControlClient, ParseResult, CancellationToken, Task<byte[]>> ask, params Symbol[] symbols)
    {
        Option<string> target = TargetSocket();
        Option<bool> json = Json();
        Command command = new(name, description) { target, json };
        Add(command, symbols);
        command.SetAction(async (parsed, cancellation) =>
        {
            using ControlClient client = new(parsed.GetValue(target));
            Print(await ask(client, parsed, cancellation), parsed.GetValue(json), type, print);
            return ExitCodes.Success;
        });
        return command;
    }

    private static void Add(Command command, Symbol[] symbols)
    {
        foreach (Symbol symbol in symbols)
        {
            if (symbol is Argument argument) command.Arguments.Add(argument);
            else command.Options.Add((Option)symbol);
        }
    }

    /// <summary>A name as a part of a path.</summary>
    public static string Part(string name) => Uri.EscapeDataString(name);

    /// <summary>Prints an answer, as it came or for people.</summary>
    public static void Print<T>(byte[] answer, bool asJson, JsonTypeInfo<T> type, Action<T> print)
    {
        if (asJson)
        {
            using Stream output = Console.OpenStandardOutput();
            output.Write([.. answer, (byte)'\n']);
            return;
        }
        T value;
        try
        {
            value = JsonSerializer.Deserialize(answer, type)!;
        }
        catch (JsonException)
        {
            throw new OperatorException("The target's answer is not understood: it is of another version. Restart it, or use --json.");
        }
        print(value);
    }
}
