// SPDX-License-Identifier: MIT

namespace FcTarget.LogicalUnits.State;

/// <summary>The device clock (SPC-4 5.2): 48 bits of milliseconds. Any thread.</summary>
internal sealed class DeviceClock(TimeProvider time)
{
    /// <summary>TIMESTAMP ORIGIN: 000b initialized to zero at power on, 010b set by SET TIMESTAMP.</summary>
    private const byte PowerOn = 0, SetByCommand = 2;

    private readonly Lock _gate = new();
    private long _from = time.GetTimestamp();
    private ulong _at;
    private byte _origin = PowerOn;

    public byte Origin
    {
        get { lock (_gate) return _origin; }
    }

    public ulong Now
    {
        get { lock (_gate) return (_at + (ulong)time.GetElapsedTime(_from).TotalMilliseconds) & 0xFFFF_FFFF_FFFF; }
    }

    public void Set(ulong milliseconds)
    {
        lock (_gate)
        {
            _from = time.GetTimestamp();
            _at = milliseconds;
            _origin = SetByCommand;
        }
    }
}
