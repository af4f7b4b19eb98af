// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Probes;

namespace FcTarget.Port;

// What we send in the exchange: FCP_DATA, FCP_XFER_RDY, FCP_RSP; one frame for each call, when its turn comes.
internal sealed partial class FcpExchange
{
    /// <summary>Whether the next step needs a transmit slot.</summary>
    public bool NeedsSlot => State != FcpExchangeState.SendingData || _moved < _dataIn.Length;

    /// <summary>Sends one frame. True when the exchange is through with its turn in this queue.</summary>
    public bool Transmit(Span<byte> slot)
    {
        switch (State)
        {
            case FcpExchangeState.SendingData:
                TransmitData(slot);
                return _moved >= _dataIn.Length;
            case FcpExchangeState.RequestingData:
                TransmitXferRdy(slot);
                return true;
            default:
                TransmitRsp(slot);
                return true;
        }
    }

    /// <summary>After <see cref="Transmit"/> returned true, or at once when nothing was to be sent, and out of the queue.</summary>
    public void Transmitted()
    {
        switch (State)
        {
            case FcpExchangeState.SendingData:
                if (!_dataIn.IsEmpty) FireXfer(FcProbe.XferDone, Transferred, (uint)_dataIn.Length);
                State = FcpExchangeState.Executing;
                _dataIn = default;
                _moved = 0;
                EndSegment();
                break;
            case FcpExchangeState.RequestingData:
                State = FcpExchangeState.ReceivingData;
                break;
            case FcpExchangeState.Confirming:
                break;
            default:
                Close();
                break;
        }
    }

    /// <summary>FCP_RSP has left, and whether it has arrived will not be known.</summary>
    private void Close()
    {
        // Without a transfer the initiator may have heard nothing of us: see SentResponses.
        if (Transfers > 0 && RspCode is null) Session.Sent?.Keep(this, _seqId, _seqCnt, _target.Loop.Timers.Now);
        _target.Reclaim(this);
    }

    /// <summary>SRR asks for FCP_RSP again. False when there has been none yet.</summary>
    public bool TryRespondAgain()
    {
        if (State != FcpExchangeState.Confirming) return State == FcpExchangeState.Responding; // its turn comes
        _timer.Cancel();
        Session.Flow!.OnLost();
        _isResponseAgain = true;
        State = FcpExchangeState.Responding;
        _target.Control.Enqueue(this);
        return true;
    }

    private void TransmitData(Span<byte> slot)
    {
        int length = Math.Min(_dataIn.Length - _moved, Session.Remote.MaxPayload);
        bool last = _moved + length == _dataIn.Length;
        FcHeader header = Header(FcpIu.Data, last ? FCtlValues.FcpDataInLast : FCtlValues.FcpDataIn);
        header.Parameter = Transferred + (uint)_moved;
        _target.Transmitter.Fill(slot, Session.Remote.Link, ref header, _dataIn.Span.Slice(_moved, length), first: _moved == 0);
        _moved += length;
        Session.Flow?.OnSent(length);
        _target.Counters.DataFramesOut++;
    }

    private void TransmitXferRdy(Span<byte> slot)
    {
        _seqId++;
        FcpXferRdy payload = new() { DataRo = BurstOffset + _askFrom, BurstLen = _burstLength - _askFrom };
        FcHeader header = Header(FcpIu.XferRdy, FCtlValues.FcpXferRdy);
        _target.Transmitter.Fill(slot, Session.Remote.Link, ref header, MemoryMarshal.AsBytes(new ReadOnlySpan<FcpXferRdy>(in payload)), first: true);
        _stalled = false;
        _timer.Set(_target.EDTov);
    }

    private void TransmitRsp(Span<byte> slot)
    {
        _seqId++;
        Span<byte> payload = stackalloc byte[FcpResponse.MaxLength];
        int length = FcpResponse.Write(payload, this);
        if (!_isResponseAgain && _target.Probes.IsEnabled(FcProbe.ScsiResponse)) FireScsi(FcProbe.ScsiResponse);
        bool confirm = Session.Flow is { WantsConfirmation: true };
        if (confirm)
        {
            payload[FlagsByte] |= (byte)FcpRspFlags.ConfirmationRequested;
            _askedAt = _target.Loop.Timers.Now;
            _confirmsUpTo = Session.Flow!.OnAsked(_askedAt);
            State = FcpExchangeState.Confirming;
            _timer.Set(_target.EDTov);
        }
        FcHeader header = Header(FcpIu.Rsp, confirm ? FCtlValues.FcpRspConfirmationRequested : FCtlValues.FcpRsp);
        _target.Transmitter.Fill(slot, Session.Remote.Link, ref header, payload[..length], first: true);
    }

    private FcHeader Header(RCtl rCtl, FCtl fCtl) => new()
    {
        RCtl = rCtl,
        DId = Originator,
        SId = _target.Local.Id,
        Type = FcType.Fcp,
        FCtl = fCtl,
        SeqId = _seqId,
        SeqCnt = _seqCnt++,
        OxId = OxId,
        RxId = RxId,
    };
}
