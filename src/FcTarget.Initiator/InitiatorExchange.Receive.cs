// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Port;
using FcTarget.Scsi;

namespace FcTarget.Initiator;

internal sealed partial class InitiatorExchange
{
    /// <summary>An information unit from the target, or a frame of one.</summary>
    public void OnFrame(in FcFrame frame)
    {
        if (!IsOpen)
        {
            // An answer to what was not said yet, or one that nobody waits for any more.
            if (State == InitiatorExchangeState.Commanding) _owner.Counters.Count(ProtocolViolation.ExchangeUnknown);
            else _owner.Counters.LateFrames++;
            return;
        }
        if (_owner.Options.Strict) _audit.Check(frame, _owner.Local.MaxPayload, _owner.Counters);
        if (_rxId == RxId.Unassigned) _rxId = frame.Header.RxId;
        switch (frame.Header.RCtl)
        {
            case FcpIu.Data:
                OnData(frame);
                break;
            case FcpIu.XferRdy:
                OnXferRdy(frame.Payload);
                break;
            case FcpIu.Rsp:
                OnRsp(frame.Payload);
                break;
            default:
                Violate(ProtocolViolation.IuUnexpected);
                break;
        }
    }

    /// <summary>FCP_DATA: copied once, from the frame into the caller's memory.</summary>
    private void OnData(in FcFrame frame)
    {
        uint offset = frame.Header.Parameter;
        ReadOnlySpan<byte> data = frame.Payload;
        if (_command!.DataIn.IsEmpty || _command.TaskManagement != FcpTaskManagementFlags.None)
        {
            Violate(ProtocolViolation.DataUnexpected);
            return;
        }
        if (!frame.Header.FCtl.Has(FCtl.RelativeOffsetPresent))
        {
            Violate(ProtocolViolation.DataWithoutOffset);
            return;
        }
        if (offset > _dataLength || (uint)data.Length > _dataLength - offset)
        {
            Violate(ProtocolViolation.DataOutOfRange);
            return;
        }
        if (data.IsEmpty) return;
        _owner.Counters.DataFramesIn++;
        switch (_received.Add(offset, offset + (uint)data.Length))
        {
            case ReceivedRanges.Outcome.Duplicate:
                _owner.Counters.Count(ProtocolViolation.DataDuplicate);
                return;
            case ReceivedRanges.Outcome.Refused:
                _owner.Counters.Count(ProtocolViolation.DataTooScattered);
                return;
            case ReceivedRanges.Outcome.OutOfOrder:
                _owner.Counters.Count(ProtocolViolation.DataOutOfOrder);
                break;
        }
        data.CopyTo(_command.DataIn.Span[(int)offset..]);
        if (_responded && _received.Total >= _dataDue) Finish();
    }

    /// <summary>FCP_XFER_RDY: the target asks for a burst, the next one in order.</summary>
    private void OnXferRdy(ReadOnlySpan<byte> payload)
    {
        if (!MemoryMarshal.TryRead(payload, out FcpXferRdy ready) || ready.BurstLen == 0)
        {
            Violate(ProtocolViolation.XferRdyMalformed);
            return;
        }
        uint from = ready.DataRo, length = ready.BurstLen;
        if (_command!.DataOut.IsEmpty || _command.TaskManagement != FcpTaskManagementFlags.None)
        {
            Violate(ProtocolViolation.XferRdyUnexpected);
        }
        else if (from > _dataLength || length > _dataLength - from)
        {
            Violate(ProtocolViolation.XferRdyOutOfRange);
        }
        else if (from + length <= _burstEnd)
        {
            // A burst that has been sent, or is being sent: the frame came twice. Sending its data again would be harmless, but the
            // target has no use for it.
            _owner.Counters.Count(ProtocolViolation.XferRdyDuplicate);
        }
        else if (State == InitiatorExchangeState.SendingData)
        {
            Violate(ProtocolViolation.XferRdyUnexpected);
        }
        else if (from != _burstEnd)
        {
            Violate(ProtocolViolation.XferRdyOutOfOrder);
        }
        else
        {
            _burstBegin = from;
            _burstEnd = from + length;
            BeginSequence();
            State = InitiatorExchangeState.SendingData;
            _owner.Data.Enqueue(this);
        }
    }

    private void OnRsp(ReadOnlySpan<byte> payload)
    {
        if (_responded)
        {
            _owner.Counters.Count(ProtocolViolation.RspDuplicate);
            return;
        }
        if (FcpRsp.TryRead(payload, out FcpRsp rsp) != FcpRspError.None)
        {
            Violate(ProtocolViolation.RspMalformed);
            return;
        }
        InitiatorCommand command = _command!;
        command.Status = (ScsiStatus)rsp.Header.Status;
        command.RspCode = rsp.Code;
        command.KeepSense(rsp.Sense);
        _confirms = (rsp.Header.Flags & FcpRspFlags.ConfirmationRequested) != 0;
        if (command.TaskManagement != FcpTaskManagementFlags.None)
        {
            if (rsp.Code is null) Violate(ProtocolViolation.RspCodeUnexpected);
            else Finish();
            return;
        }
        // RSP_CODE 0 with a command is a target that always sends FCP_RSP_INFO; anything else means that FCP failed (FCP-4, RSP_CODE).
        if (rsp.Code is not null and not FcpRspCode.TaskManagementFunctionComplete)
        {
            Violate(ProtocolViolation.RspCodeUnexpected);
            return;
        }
        if (!TakeResidual(rsp.Header)) return;
        if (_received.Total >= _dataDue || command.Status != ScsiStatus.Good)
        {
            Finish();
            return;
        }
        // Class 3 keeps its order on one path, so what is missing now is lost, unless the path is not one: E_D_TOV decides.
        _responded = true;
        if (command.Timeout > _owner.Local.EDTov) _timer.Set(_owner.Local.EDTov);
    }

    /// <summary>FCP_RESID: what the target says has moved must be what moved. False when the command cannot be believed.</summary>
    private bool TakeResidual(in FcpRspHeader rsp)
    {
        InitiatorCommand command = _command!;
        uint resid = rsp.Resid;
        bool under = (rsp.Flags & FcpRspFlags.ResidUnder) != 0, over = (rsp.Flags & FcpRspFlags.ResidOver) != 0;
        command.Residual = under ? -(long)resid : over ? resid : 0;
        if ((under && over) || ((under || over) && resid == 0) || (under && resid > _dataLength))
        {
            Violate(ProtocolViolation.ResidualWrong);
            return false;
        }
        uint moved = under ? _dataLength - resid : _dataLength;
        _dataDue = command.DataIn.IsEmpty ? 0 : moved;
        if (command.DataIn.IsEmpty)
        {
            if (_sent == moved) return true;
            // GOOD for data that the target never asked for, or status while a burst is on its way.
            bool bursting = State == InitiatorExchangeState.SendingData;
            ProtocolViolation violation = bursting ? ProtocolViolation.RspTooEarly : ProtocolViolation.ResidualWrong;
            if (command.Status != ScsiStatus.Good)
            {
                _owner.Counters.Count(violation);
                return true;
            }
            Violate(violation);
            return false;
        }
        if (_received.Total <= moved) return true;
        Violate(ProtocolViolation.ResidualWrong);
        return false;
    }

    /// <summary>Counts what the target did, and gives the command up.</summary>
    private void Violate(ProtocolViolation violation)
    {
        _owner.Counters.Count(violation);
        _command!.Violation = violation;
        Abort(InitiatorOutcome.ProtocolError);
    }
}
