// SPDX-License-Identifier: MIT

using FcTarget.Formats.Framing;
using FcTarget.Probes;
using FcTarget.Stmf;

namespace FcTarget.Port;

// What the initiator sends in the exchange: write data burst by burst, as credit allows, and FCP_CONF.
internal sealed partial class FcpExchange
{
    /// <summary>FCP_DATA from the initiator: copied once, from the frame into the LU's memory.</summary>
    public void OnData(in FcFrame frame)
    {
        uint offset = frame.Header.Parameter;
        ReadOnlySpan<byte> data = frame.Payload;
        bool placed = (frame.Header.FCtl & FCtl.RelativeOffsetPresent) != 0 && data.Length > 0;
        uint at = offset - BurstOffset;
        if (State != FcpExchangeState.ReceivingData || !placed || offset < BurstOffset || at > _burstLength || (uint)data.Length > _burstLength - at)
        {
            _target.Counters.DataRefused++;
            return;
        }
        _target.Counters.DataFramesIn++;
        switch (_received.Add(at, at + (uint)data.Length))
        {
            case ReceivedRanges.Outcome.Duplicate:
                _target.Counters.DataDuplicate++;
                return;
            case ReceivedRanges.Outcome.Refused:
                _target.Counters.DataRefused++;
                return;
            case ReceivedRanges.Outcome.OutOfOrder:
                _target.Counters.DataOutOfOrder++;
                break;
        }
        data.CopyTo(_dataOut.Span[(_moved + (int)at)..]);
        if (_received.Total == _burstLength) EndBurst();
    }

    private void RequestBurst()
    {
        _burstLength = (uint)Math.Min(_dataOut.Length - _moved, FcpTarget.MaxBurstLength);
        if (_burstLength == 0) // nothing is wanted: let the LU go on from the queue, never within this call
        {
            _dataIn = default;
            State = FcpExchangeState.SendingData;
            _target.Short.Enqueue(this);
            return;
        }
        State = FcpExchangeState.RequestingData;
        _received.Clear();
        _askFrom = 0;
        FireXfer(FcProbe.XferStart, BurstOffset, _burstLength);
        _target.RequestCredit(this, _burstLength);
    }

    /// <summary>
    /// SRR asks for FCP_XFER_RDY again (FCP-4): it, or write data, was lost. What is missing from the first hole on is asked for once
    /// more. False when no data is being asked for.
    /// </summary>
    public bool TryRequestAgain()
    {
        if (State == FcpExchangeState.RequestingData) return true; // its turn comes
        if (State != FcpExchangeState.ReceivingData) return false;
        ReleaseCredit();
        _askFrom = _received.WithoutHole;
        State = FcpExchangeState.RequestingData;
        _target.RequestCredit(this, _burstLength);
        return true;
    }

    private void EndBurst()
    {
        ReleaseCredit();
        FireXfer(FcProbe.XferDone, BurstOffset, _burstLength);
        _moved += (int)_burstLength;
        State = FcpExchangeState.Executing;
        if (_moved < _dataOut.Length)
        {
            RequestBurst();
            return;
        }
        _dataOut = default;
        _moved = 0;
        EndSegment();
    }

    /// <summary>The target has receive credit for the burst: FCP_XFER_RDY may go.</summary>
    public void GrantCredit(uint bytes)
    {
        _credit = bytes;
        _target.Control.Enqueue(this);
    }

    /// <summary>Gives the credit back: the burst is in, is given up, or has stalled so long that others must not wait for it.</summary>
    private void ReleaseCredit()
    {
        _timer.Cancel();
        uint credit = _credit;
        _credit = 0;
        if (credit != 0) _target.ReturnCredit(credit);
    }

    /// <summary>FCP_CONF came.</summary>
    public void Confirmed()
    {
        _timer.Cancel();
        Session.Flow!.OnConfirmed(_confirmsUpTo, _askedAt, _target.Loop.Timers.Now);
        _target.Reclaim(this);
    }

    private void OnTimer()
    {
        if (State == FcpExchangeState.ReceivingData)
        {
            OnStall();
            return;
        }
        Session.Flow!.OnLost();
        Close();
    }

    /// <summary>
    /// The burst does not come. At first others get its credit; after RR_TOV the exchange is given up: an initiator that repeats the
    /// command as a new exchange, as Linux does after REC, never says that it has left this one.
    /// </summary>
    private void OnStall()
    {
        if (!_stalled)
        {
            ReleaseCredit();
            _stalled = true;
            _timer.Set(FcpTarget.RRTov);
            return;
        }
        _target.Counters.WritesAbandoned++;
        AbortTask(AbortReason.ByInitiator);
    }
}
