// SPDX-License-Identifier: MIT

namespace FcTarget.Port;

// READ FLOW - theory of operation
//   Job      Class 3 has no acknowledgement and Ethernet without PAUSE no back-pressure: 32 reads of 512 KiB are 8000 frames that a
//            tap, a bridge or a switch port drops when its queue holds 1000. FCP has an acknowledgement: confirmed completion.
//            When PRLI allowed it, FCP_RSP asks for FCP_CONF now and then, and what has been sent and not confirmed stays
//            below a window. Writes need none of this: FCP_XFER_RDY is their flow control.
//   Owner    The port loop; one for a session.
//   Life     sent - confirmed <= Window, except that one read longer than the window, which nothing can confirm before its
//            FCP_RSP, goes on at the rate that confirmations have shown.
//   Always   A lost FCP_CONF delays, never stops: after ConfirmationWait everything counts as confirmed.
//   Read     FCP-4, confirmed completion;   Proof  ReadFlowTests, the lab test with fio at depth 32

/// <summary>How much read data may be on its way to one initiator.</summary>
internal sealed class ReadFlow
{
    /// <summary>Bytes on their way: 1 MiB is 500 frames, half of the queue of a Linux tap; at a round trip of 100 us it allows 10 GB/s.</summary>
    public const long Window = 1024 * 1024;

    /// <summary>Bytes sent since the last confirmation asked for, before the next is asked for.</summary>
    public const long ConfirmEvery = 128 * 1024;

    /// <summary>How long a confirmation is waited for.</summary>
    public static readonly TimeSpan ConfirmationWait = TimeSpan.FromMilliseconds(250);

    /// <summary>Assumed until measured, bytes a second.</summary>
    private const double FirstRate = 100e6;

    private long _sent;
    private long _confirmed;
    private long _asked;             // what had been sent when a confirmation was last asked for
    private TimeSpan _askedAt;       // when the oldest unanswered one was asked for
    private int _outstanding;
    private double _rate = FirstRate;
    private TimeSpan _resumeAt;      // a single long read pauses until then

    /// <summary>Bytes sent and not known to have arrived.</summary>
    public long Unconfirmed => _sent - _confirmed;

    /// <summary>Confirmations asked for and not received.</summary>
    public int Outstanding => _outstanding;

    /// <summary>Whether another frame of read data may go.</summary>
    /// <param name="now">Loop time.</param>
    public bool MaySend(TimeSpan now)
    {
        if (Unconfirmed < Window) return true;
        if (_outstanding > 0)
        {
            if (now - _askedAt < ConfirmationWait) return false;
            Forgive();
            return true;
        }
        // Nothing can be confirmed before the read under way ends: pause as long as a window takes at the rate seen.
        if (_resumeAt == default) _resumeAt = now + TimeSpan.FromSeconds(Window / _rate);
        if (now < _resumeAt) return false;
        Forgive();
        return true;
    }

    /// <summary>When <see cref="MaySend"/> may say yes though no frame arrives.</summary>
    public TimeSpan NextChance => _outstanding > 0 ? _askedAt + ConfirmationWait : _resumeAt;

    public void OnSent(int bytes) => _sent += bytes;

    /// <summary>Whether the FCP_RSP about to go should ask for FCP_CONF.</summary>
    public bool WantsConfirmation => _sent - Math.Max(_asked, _confirmed) >= ConfirmEvery;

    /// <summary>A confirmation is asked for. The position to hand to <see cref="OnConfirmed"/>.</summary>
    public long OnAsked(TimeSpan now)
    {
        if (_outstanding++ == 0) _askedAt = now;
        return _asked = _sent;
    }

    /// <summary>FCP_CONF, or something that shows as much: everything up to <paramref name="position"/> has arrived.</summary>
    public void OnConfirmed(long position, TimeSpan askedAt, TimeSpan now)
    {
        _outstanding = Math.Max(0, _outstanding - 1);
        _askedAt = now;
        if (position <= _confirmed) return;
        double seconds = (now - askedAt).TotalSeconds;
        if (seconds > 0) _rate = Math.Clamp((position - _confirmed) / seconds, FirstRate / 4, 100 * FirstRate);
        _confirmed = position;
        _resumeAt = default;
    }

    /// <summary>The exchange that waited for a confirmation is gone without one.</summary>
    public void OnLost() => _outstanding = Math.Max(0, _outstanding - 1);

    private void Forgive()
    {
        _confirmed = _sent;
        _resumeAt = default;
    }
}
