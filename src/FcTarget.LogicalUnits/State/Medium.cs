// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.State;

/// <summary>
/// Whether the medium can be used: in the drive or ejected, kept in by some I_T nexus, being formatted or sanitized. Any thread.
/// </summary>
internal sealed class Medium(bool removable)
{
    private enum Work : byte
    {
        None,
        Format,
        Sanitize,
    }

    private readonly Lock _gate = new();
    private readonly HashSet<ItNexus> _preventing = [];
    private volatile bool _ejected;
    private volatile Work _work;
    private int _progress; // 65536ths

    /// <summary>Nothing is in the way: the one thing the data path asks.</summary>
    public bool IsReady => !_ejected && _work == Work.None;

    public bool IsRemovable => removable;

    public bool IsPresent => !_ejected;

    /// <summary>Some nexus prevents that it goes out, or in.</summary>
    public bool IsHeld
    {
        get { lock (_gate) return _preventing.Count != 0; }
    }

    /// <summary>Why it cannot be used, as sense data.</summary>
    public Sense NotReady => _work switch
    {
        Work.Format => Sense.FormatInProgress with { Progress = (ushort)Volatile.Read(ref _progress) },
        Work.Sanitize => Sense.SanitizeInProgress with { Progress = (ushort)Volatile.Read(ref _progress) },
        _ => _ejected ? Sense.MediumNotPresent : Sense.None,
    };

    /// <summary>PREVENT of one nexus (SBC-3 5.9).</summary>
    public void Prevent(ItNexus nexus, bool prevent)
    {
        lock (_gate)
        {
            if (prevent) _preventing.Add(nexus);
            else _preventing.Remove(nexus);
        }
    }

    /// <summary>A reset: nobody prevents any more.</summary>
    public void AllowAll()
    {
        lock (_gate) _preventing.Clear();
    }

    /// <summary>Takes the medium out. False when a nexus prevents it.</summary>
    public bool TryEject()
    {
        lock (_gate)
        {
            if (_preventing.Count != 0) return false;
            _ejected = true;
            return true;
        }
    }

    /// <summary>Puts the medium in. False when it was in.</summary>
    public bool Load()
    {
        lock (_gate)
        {
            bool wasOut = _ejected;
            _ejected = false;
            return wasOut;
        }
    }

    /// <summary>FORMAT UNIT begins.</summary>
    public void BeginFormat() => Begin(Work.Format);

    /// <summary>SANITIZE begins.</summary>
    public void BeginSanitize() => Begin(Work.Sanitize);

    /// <summary>How far it is.</summary>
    public void Report(long done, long whole) => Volatile.Write(ref _progress, (int)((UInt128)done * 65535 / (UInt128)whole));

    /// <summary>It is over.</summary>
    public void End() => _work = Work.None;

    private void Begin(Work work)
    {
        Volatile.Write(ref _progress, 0);
        _work = work;
    }
}
