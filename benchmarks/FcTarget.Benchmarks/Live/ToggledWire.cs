// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Wire;
using FcTarget.Wire.Recording;

namespace FcTarget.Benchmarks.Live;

/// <summary>A wire that is recorded or not, by turns; which, is asked at the beginning of each pass of the loop.</summary>
internal sealed class ToggledWire(IFrameWire plain, RecordingWire recorded, Func<bool> isRecorded) : IFrameWire
{
    private IFrameWire _wire = recorded;

    public string Name => plain.Name;

    public MacAddress Mac => plain.Mac;

    public int Mtu => plain.Mtu;

    public bool IsLinkUp => plain.IsLinkUp;

    public WireCounters Counters => plain.Counters;

    public int Receive(IFrameSink sink, int budget)
    {
        _wire = isRecorded() ? recorded : plain;
        return _wire.Receive(sink, budget);
    }

    public bool TryGetTransmitSlot(out Span<byte> slot) => _wire.TryGetTransmitSlot(out slot);

    public void Commit(int length) => _wire.Commit(length);

    public int Flush() => _wire.Flush();

    public void Wait(TimeSpan timeout) => plain.Wait(timeout);

    public void Wake() => plain.Wake();

    public void Dispose() => recorded.Dispose(); // and with it the plain one
}
