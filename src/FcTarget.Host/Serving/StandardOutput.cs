// SPDX-License-Identifier: MIT

namespace FcTarget.Host.Serving;

/// <summary>
/// Standard output of <c>fctarget run</c>: the line "ready IF WWPN" first, whatever else is written waits for it. Scripts read that
/// line and then, with <c>--probes -</c>, JSON and nothing but JSON.
/// </summary>
internal sealed class StandardOutput
{
    private readonly Stream _stream = new DescriptorStream(DescriptorStream.StandardOutput);
    private readonly ManualResetEventSlim _ready = new();

    public StandardOutput()
    {
        AfterReady = new GatedStream(_stream, _ready);
    }

    /// <summary>A stream whose writes block until the ready line is out or <see cref="Open"/> was called.</summary>
    public Stream AfterReady { get; }

    public void PrintReady(string line)
    {
        try
        {
            _stream.Write(System.Text.Encoding.UTF8.GetBytes(line + "\n"));
            _stream.Flush();
        }
        catch (IOException)
        {
            // Nobody reads standard output: the target serves all the same.
        }
        Open();
    }

    /// <summary>Lets the writes through without a ready line.</summary>
    public void Open() => _ready.Set();

    private sealed class GatedStream(Stream stream, ManualResetEventSlim gate) : WriteOnlyStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            gate.Wait();
            stream.Write(buffer);
        }

        public override void Flush() => stream.Flush();
    }
}
