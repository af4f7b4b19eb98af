// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Session;
using FcTarget.Host.Options;
using FcTarget.Probes;
using FcTarget.Replay;

namespace FcTarget.Host.CommandLine;

/// <summary><c>fctarget dtrace --replay CAPTURE</c>: D over what our target does in the place of the captured one, in the time of the capture.</summary>
internal static class DTraceReplay
{
    public static int Run(DTraceArguments arguments, string capture)
    {
        if (arguments.Pid is not null || arguments.Target is not null) throw new DTraceUsageException("--replay traces no running target: -p and -T say nothing", hasUsage: false);
        using Stream output = DTraceCommand.OpenOutput(arguments.OutputFile);
        using Stream errors = Console.OpenStandardError();
        Client client = new(output, errors);
        DTracePace? pace = null;
        int status = ExitCodes.Success;
        ReplayOptions options = new()
        {
            Around = (provider, clock, replay) => status = DTraceRunner.RunAlong(arguments.Request, provider, clock, client, given =>
            {
                pace = given;
                replay();
            }),
            OnTime = () => pace!.Poll(),
            UntilNext = () => pace!.UntilNext,
            IsCancelled = () => pace!.HasExited,
        };
        try
        {
            CaptureReplay.AsTarget(capture, options, new Silence());
        }
        catch (ReplayException refusal)
        {
            throw new OperatorException(refusal.Message);
        }
        return status;
    }

    private sealed class Client(Stream output, Stream errors) : IDTraceClient
    {
        public void Write(ReadOnlySpan<byte> bytes)
        {
            output.Write(bytes);
            output.Flush();
        }

        public void WriteError(string message) => errors.Write(System.Text.Encoding.UTF8.GetBytes(message));
    }

    /// <summary>What the answers are is another command's question.</summary>
    private sealed class Silence : IReplayReport
    {
        public void OnExchange(in ExchangeReport exchange)
        {
            // See above.
        }

        public void OnProbe(in FcProbeEvent e, long unixNanoseconds)
        {
            // The D program hears it.
        }
    }
}
