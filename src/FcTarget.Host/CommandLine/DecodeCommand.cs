// SPDX-License-Identifier: MIT

using System.CommandLine;
using FcTarget.Decode;
using FcTarget.Host.Options;
using FcTarget.Host.Serving;
using FcTarget.Wire.Capture;

namespace FcTarget.Host.CommandLine;

/// <summary><c>fctarget decode</c>: a capture, a line a frame, in the words of the standards.</summary>
internal static class DecodeCommand
{
    /// <summary>Requests without an answer that are named at the end.</summary>
    private const int UnansweredShown = 20;

    public static Command Make()
    {
        Argument<string> capture = new("CAPTURE") { Description = "A pcap or pcapng file, compressed with gzip or not; - for standard input." };
        Option<string> filter = new("--filter", "-f")
        {
            HelpName = "EXPR",
            Description = "Which frames: fip els bls ct fcp problem end, a name (PLOGI, 'READ(10)'), id= sid= did= mac= ox= rx= lun= vlan= op= frame=N-M; and, or, not, ().",
        };
        Option<bool> json = new("--json") { Description = "Prints JSON, an object a line." };
        Option<bool> verbose = new("--verbose", "-V") { Description = "Prints the bytes of each frame, too." };
        Command command = new("decode", "Prints the frames of a capture in the words of the standards: FIP, ELS, CT, FCP, exchanges and what is wrong with them.")
        {
            capture, filter, json, verbose,
        };
        command.SetAction(parsed =>
        {
            DecodeFormat format = parsed.GetValue(json) ? DecodeFormat.Json : parsed.GetValue(verbose) ? DecodeFormat.Verbose : DecodeFormat.Text;
            return Run(parsed.GetRequiredValue(capture), parsed.GetValue(filter), format);
        });
        return command;
    }

    private static int Run(string path, string? filter, DecodeFormat format)
    {
        try
        {
            Func<DecodedFrame, bool>? chosen = filter is null ? null : FrameFilter.Parse(filter);
            using PcapReader capture = CaptureDecoding.Open(path);
            using Stream output = new DescriptorStream(DescriptorStream.StandardOutput);
            Summarize(CaptureDecoding.Run(capture, chosen, format, output), capture.EndedEarly);
            return ExitCodes.Success;
        }
        catch (FormatException wrong)
        {
            throw new OperatorException(wrong.Message, ExitCodes.Usage);
        }
        catch (CaptureFormatException damaged)
        {
            throw new OperatorException($"Capture '{path}': {damaged.Message}");
        }
        catch (IOException gone) when (DescriptorStream.IsBrokenPipe(gone))
        {
            return ExitCodes.BrokenPipe; // as of "decode ... | head -1": nobody wants the rest
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"Capture '{path}': {fault.Message}");
        }
    }

    /// <summary>On standard error: standard output has one line a frame and nothing else.</summary>
    private static void Summarize(FrameDecoder decoder, bool endedEarly)
    {
        long frames = decoder.Counts.Sum();
        string kinds = string.Join(", ", Enum.GetValues<FrameKind>().Where(kind => decoder.Counts[(int)kind] > 0)
            .Select(kind => $"{decoder.Counts[(int)kind]} {kind.ToString().ToUpperInvariant()}"));
        Console.Error.WriteLine($"{frames} frames ({kinds}), {decoder.ExchangesEnded} exchanges, {decoder.Unanswered} without an answer, {decoder.Problems} frames with a problem");
        foreach ((long number, long _, string name) in decoder.Open.Take(UnansweredShown)) Console.Error.WriteLine($"no answer to frame {number} ({name})");
        if (endedEarly) Console.Error.WriteLine("the file ends in the middle of a frame");
    }
}
