// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Commands;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.State;

/// <summary>What is done to the whole medium.</summary>
internal enum MediumWorkKind : byte
{
    Format,
    Sanitize,
}

/// <summary>Which failed work on the medium a command can make good.</summary>
internal enum Mends : byte
{
    Nothing,
    Format,
    All,
}

/// <summary>
/// Whether the medium can be used: in the drive or ejected, kept in by some I_T nexus, being formatted or sanitized, or spoilt
/// by one of these that has failed. Any thread.
/// </summary>
internal sealed class Medium(bool removable)
{
    private enum Work : byte
    {
        None,
        Format,
        Sanitize,
        FormatFailed,
        SanitizeFailed,
        RestrictedSanitizeFailed,
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

    /// <summary>It is being formatted or sanitized.</summary>
    public bool IsAtWork => _work is Work.Format or Work.Sanitize;

    /// <summary>A SANITIZE in restricted completion mode has failed: only another one makes that good (SBC-3 4.11.3).</summary>
    public bool IsRestricted => _work == Work.RestrictedSanitizeFailed;

    /// <summary>A SANITIZE has failed, in either completion mode.</summary>
    public bool HasSanitizeFailed => _work is Work.SanitizeFailed or Work.RestrictedSanitizeFailed;

    /// <summary>What keeps it from being used, in a word for an administrator.</summary>
    public string State => _work switch
    {
        Work.Format => "formatting",
        Work.Sanitize => "sanitizing",
        Work.FormatFailed => "format-failed",
        Work.SanitizeFailed or Work.RestrictedSanitizeFailed => "sanitize-failed",
        _ => _ejected ? "ejected" : "ready",
    };

    /// <summary>Why it cannot be used, as sense data.</summary>
    public Sense NotReady => _work switch
    {
        Work.Format => Sense.FormatInProgress with { Progress = (ushort)Volatile.Read(ref _progress) },
        Work.Sanitize => Sense.SanitizeInProgress with { Progress = (ushort)Volatile.Read(ref _progress) },
        Work.FormatFailed => Sense.MediumFormatCorrupted,
        Work.SanitizeFailed or Work.RestrictedSanitizeFailed => Sense.SanitizeCommandFailed,
        _ => _ejected ? Sense.MediumNotPresent : Sense.None,
    };

    /// <summary>
    /// Whether a command is carried out while <see cref="IsReady"/> is false. While the medium is being worked on, and after a SANITIZE that failed,
    /// only those that say so are (SBC-3 4.11.2, 5.3.1); otherwise those that need no medium, and those that mend it.
    /// </summary>
    public bool Serves(BlockCommand command, ScsiTask task) => _work switch
    {
        Work.Format => command.PassesMediumWork,
        Work.Sanitize => command.PassesSanitize(task),
        Work.SanitizeFailed or Work.RestrictedSanitizeFailed => command.PassesSanitize(task) || command.Mends == Mends.All,
        Work.FormatFailed => !command.NeedsMedium || (!_ejected && command.Mends != Mends.Nothing),
        _ => !command.NeedsMedium || !_ejected,
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

    /// <summary>Those that a condition chooses prevent no more.</summary>
    public void Allow(Predicate<ItNexus> which)
    {
        lock (_gate) _preventing.RemoveWhere(which);
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

    /// <summary>Work begins. False when some is under way.</summary>
    public bool TryBegin(MediumWorkKind kind)
    {
        lock (_gate)
        {
            if (IsAtWork) return false;
            Volatile.Write(ref _progress, 0);
            _work = kind == MediumWorkKind.Format ? Work.Format : Work.Sanitize;
            return true;
        }
    }

    /// <summary>How far it is.</summary>
    public void Report(long done, long whole) => Volatile.Write(ref _progress, (int)((UInt128)done * 65535 / (UInt128)whole));

    /// <summary>EXIT FAILURE MODE: a SANITIZE that has failed is as if it had not.</summary>
    public void ExitFailureMode()
    {
        lock (_gate)
            if (_work == Work.SanitizeFailed) _work = Work.None;
    }

    /// <summary>It is over.</summary>
    public void End()
    {
        lock (_gate) _work = Work.None;
    }

    /// <summary>It is over and has failed.</summary>
    public void Fail(bool unrestricted)
    {
        lock (_gate) _work = _work == Work.Format ? Work.FormatFailed : unrestricted ? Work.SanitizeFailed : Work.RestrictedSanitizeFailed;
    }
}
