// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Replay.Survey;
using FcTarget.Scsi;
using FcTarget.Wire.Recording;

namespace FcTarget.Replay.Conversation;

internal sealed partial class TargetReplay
{
    /// <summary>A unit attention is followed by the next one; an initiator gives up some time.</summary>
    private const int MostRepeats = 16;

    /// <summary>Bytes of a frame that is made up.</summary>
    private const int MostOfFrame = 1024;

    /// <summary>Our target sends a frame. What follows from it is put off until its pass is over.</summary>
    public void OnFrame(ReadOnlySpan<byte> bytes)
    {
        _totals.Sent++;
        Record(bytes, FrameDirection.Outbound);
        if (!EthernetFrame.TryRead(bytes, out EthernetFrame ethernet)) return;
        if (ethernet.EtherType == EtherType.Fip) OnOurFip(ethernet);
        else if (FcoeFrame.TryRead(ethernet.Payload, verifyCrc: false, out FcoeFrame fcoe) == FcoeError.None && FcFrame.TryRead(fcoe.Frame, out FcFrame frame) == FcFrameError.None)
            OnOurFrame(ethernet, frame, fcoe.Sof.InitiatesSequence(), default);
    }

    private void OnOurFip(in EthernetFrame ethernet)
    {
        if (FipMessage.TryRead(ethernet.Payload, out FipMessage fip) != FipError.None) return;
        FipDescriptorReader descriptors = fip.Descriptors;
        while (descriptors.MoveNext())
        {
            if (!descriptors.TryGetEncapsulatedFrame(out ReadOnlySpan<byte> bytes) || FcFrame.TryRead(bytes, out FcFrame frame) != FcFrameError.None) continue;
            OnOurFrame(ethernet, frame, first: true, descriptors.Type);
            return;
        }
        if (fip.Operation == FipOperation.Discovery && fip.Subcode == (byte)FipDiscoverySubcode.Solicitation) OnOurSolicitation();
        if (ExchangeNames.OfFipAnswer(fip, ethernet.Destination.IsGroup) is not { } name) return;
        if (_open.Find(OpenExchanges.KeyOf(ethernet.Destination, name)) is not { } exchange) return;
        exchange.OurReply.Add(fip.DescriptorList, 0);
        CloseIfComplete(exchange);
    }

    private void OnOurFrame(in EthernetFrame ethernet, in FcFrame frame, bool first, FipDescriptorType carrier)
    {
        FcHeader header = frame.Header;
        if (!header.FCtl.Has(FCtl.ExchangeResponder))
        {
            if (first) OnOurRequest(frame, carrier);
            return;
        }
        FcId originator = _map.ToCaptured(header.DId);
        bool isAbort = header.RCtl is RCtl.BaAcc or RCtl.BaRjt;
        ReplayExchange? exchange = _open.Find(OpenExchanges.KeyOf(originator, header.SId, header.OxId, isAbort));
        // The answer to FLOGI and FDISC goes to the address that it gives.
        if (header.RCtl == RCtl.ElsReply && _open.Find(OpenExchanges.KeyOf(ethernet.Destination, header.OxId)) is { } login)
        {
            exchange = login;
            Learn(login, frame);
        }
        if (exchange is null)
        {
            // Of a request that was made up.
            if (header.RCtl == RCtl.ElsReply && _fabricLogins.Remove(header.OxId.Value, out ReplayPeer? peer)) _map.Assign(peer, header.DId);
            return;
        }
        if (isAbort && _open.Find(OpenExchanges.KeyOf(originator, header.SId, header.OxId, isAbort: false)) is { } aborted) aborted.IsOpenInOurs = false;
        if (header.RxId != RxId.Unassigned) exchange.OurRxId = header.RxId;
        if (exchange.Type == ExchangeType.Fcp) OnOurFcp(exchange, frame);
        else
        {
            exchange.OurReply.Add(frame, 0, first);
            CloseIfComplete(exchange);
        }
    }

    /// <summary>Our fabric has given an address: it stands for the one that the captured fabric gave.</summary>
    private void Learn(ReplayExchange login, in FcFrame answer)
    {
        if (!_plan.Assigned.TryGetValue(login.Number, out FcId captured) || !ElsPayload.TryReadCommand(answer.Payload, out ElsCommand command)) return;
        if (command == ElsCommand.LsAcc && _map.OfCaptured(captured) is { } peer) _map.Assign(peer, answer.Header.DId);
    }

    // ---- FCP ------------------------------------------------------------------------------------------------------

    private void OnOurFcp(ReplayExchange exchange, in FcFrame frame)
    {
        switch (frame.Header.RCtl)
        {
            case FcpIu.Data:
                exchange.Ours.AddData(frame.Header.Parameter, frame.Payload, 0);
                break;
            case FcpIu.XferRdy when ElsPayload.TryRead(frame.Payload, out FcpXferRdy ready):
                exchange.Ours.Bursts.Add((ready.DataRo, ready.BurstLen));
                exchange.Burst = (ready.DataRo, ready.DataRo + ready.BurstLen);
                if (exchange.Held.Count > 0 && !exchange.WaitsForRsp) _afterPass.Enqueue(() => GiveHeld(exchange, exchange.Number));
                break;
            case FcpIu.Rsp:
                OnOurRsp(exchange, frame);
                break;
        }
    }

    private void OnOurRsp(ReplayExchange exchange, in FcFrame frame)
    {
        long number = exchange.Number;
        if (frame.Header.FCtl.Has(FCtl.SequenceInitiative))
        {
            FcHeader rsp = frame.Header;
            _afterPass.Enqueue(() => Confirm(rsp)); // FCP_CONF_REQ
        }
        exchange.IsOpenInOurs = false;
        exchange.Burst = default;
        exchange.Ours.TryEnd(frame.Payload, 0);
        if (SenseData.KeyOf(exchange.Ours.Sense) == SenseKey.UnitAttention && !_plan.WasUnitAttention(number) && exchange.Repeats < MostRepeats)
        {
            int code = SenseData.CodeOf(exchange.Ours.Sense);
            exchange.Notes.Add($"our target reported unit attention {code >> 8:x2}h/{code & 0xFF:x2}h first, and the command was repeated");
            exchange.Repeats++;
            exchange.Ours.Clear();
            exchange.IsOpenInOurs = true;
            _afterPass.Enqueue(() => Repeat(exchange, number));
            return;
        }
        CloseIfComplete(exchange);
    }

    private void Repeat(ReplayExchange exchange, long number)
    {
        if (exchange.Number != number || exchange.RequestLength == 0) return; // it is over, its object used anew
        exchange.OurRxId = RxId.Unassigned;
        exchange.Request.AsSpan(0, exchange.RequestLength).CopyTo(_engine.Wire.Pending);
        Receive(exchange.RequestLength);
    }

    /// <summary>FCP_CONF for an FCP_RSP that asked for it.</summary>
    private void Confirm(in FcHeader rsp)
    {
        FcHeader header = new()
        {
            RCtl = FcpIu.Conf,
            DId = rsp.SId,
            SId = rsp.DId,
            Type = FcType.Fcp,
            FCtl = FCtlValues.FcpConf,
            OxId = rsp.OxId,
            RxId = rsp.RxId,
        };
        SendAs(_map.OfOurs(rsp.DId), header, default);
    }

    /// <summary>Gives our target what it asks for of the data that is there already, cut to its burst.</summary>
    private void GiveHeld(ReplayExchange exchange, long number)
    {
        if (exchange.Number != number || !exchange.IsOpenInOurs) return;
        (uint from, uint to) = exchange.Burst;
        List<HeldData> held = exchange.TakeHeld();
        // What is not asked for now is held again first: our target may ask for it as soon as it has the rest.
        foreach (HeldData data in held)
        {
            (int first, int last) = Asked(data, from, to);
            exchange.Hold(data.Offset, data.Data[..first]);
            exchange.Hold(data.Offset + (uint)last, data.Data[last..]);
        }
        foreach (HeldData data in held)
        {
            (int first, int last) = Asked(data, from, to);
            uint offset = data.Offset + (uint)first;
            if (first < last && exchange.Number == number) SendData(exchange, offset, data.Data[first..last], offset + (last - first) == to, offset == from);
            data.Release();
        }
        if (exchange.Number == number) exchange.ReturnHeld(held);
    }

    /// <summary>The part of held data that is in a burst: from one place in it up to another, the same for none.</summary>
    private static (int First, int Last) Asked(in HeldData data, uint from, uint to)
    {
        long first = Math.Clamp((long)from - data.Offset, 0, data.Length);
        return ((int)first, (int)Math.Clamp((long)to - data.Offset, first, data.Length));
    }

    /// <summary>The captured target has answered a command whose write data was kept back until then.</summary>
    private void GiveLate(ReplayExchange exchange)
    {
        exchange.WaitsForRsp = false;
        if (exchange.Lost is { } lost) MakeUp(exchange, lost);
        GiveHeld(exchange, exchange.Number);
    }

    /// <summary>The captured target answers a command with RESERVATION CONFLICT: reservations that it has the data of were made before.</summary>
    private void GiveReservations(ReplayExchange command)
    {
        foreach (ReplayExchange other in _open.InOrder)
            if (other.WaitsForRsp && other.Lost is null && other.Lun == command.Lun && other.Originator != command.Originator) GiveLate(other);
    }

    /// <summary>Makes up the write data that the capture has lost.</summary>
    private static void MakeUp(ReplayExchange exchange, LostWrite lost)
    {
        exchange.SortHeld();
        List<(uint From, uint To)> there = [.. exchange.Held.Select(static h => (h.Offset, h.Offset + (uint)h.Length)), ((uint)lost.Length, (uint)lost.Length)];
        Span<byte> buffer = stackalloc byte[MostOfFrame];
        uint end = 0;
        long missing = 0;
        foreach ((uint from, uint to) in there)
        {
            while (end < from)
            {
                Span<byte> piece = buffer[..(int)Math.Min(from - end, MostOfFrame)];
                lost.Read(end, piece);
                exchange.Hold(end, piece);
                end += (uint)piece.Length;
                missing += piece.Length;
            }
            end = Math.Max(end, to);
        }
        exchange.SortHeld();
        exchange.Notes.Add($"{missing} bytes of the write data are missing in the capture, and were made up");
    }

    private void SendData(ReplayExchange exchange, uint offset, ReadOnlySpan<byte> data, bool isLast, bool isFirst)
    {
        FcHeader header = new()
        {
            RCtl = FcpIu.Data,
            DId = _engine.Id,
            SId = _map.ToOurs(exchange.Originator),
            Type = FcType.Fcp,
            FCtl = isLast ? FCtlValues.FcpDataOutLast : FCtlValues.FcpDataOut,
            OxId = exchange.OxId,
            RxId = exchange.OurRxId,
            Parameter = offset,
        };
        SendAs(_map.OfCaptured(exchange.Originator), header, data, isFirst);
    }

    // ---- requests of our target -----------------------------------------------------------------------------------

    private void OnOurRequest(in FcFrame frame, FipDescriptorType carrier)
    {
        if (frame.Header.RCtl is not (RCtl.ElsRequest or RCtl.UnsolicitedControl)) return;
        FcHeader header = frame.Header;
        header.DId = _map.ToCaptured(header.DId);
        OriginatedRequest ours = new(header, frame.Payload.ToArray(), CaptureSurvey.KindOf(frame), carrier, ExchangeNames.OfRequest(frame), 0, Clock.UnixNanoseconds);
        _afterPass.Enqueue(() =>
        {
            if (_originated.OnOurs(ours, out bool mustMakeUp) is { } captured) Answer(captured, ours);
            else if (mustMakeUp) MakeUpAnswer(ours);
        });
    }

    /// <summary>Gives our target the captured answer to the same request, and compares the requests.</summary>
    private void Answer(OriginatedRequest captured, OriginatedRequest ours)
    {
        CompareOriginated(captured, ours);
        (FcHeader header, byte[] payload) = captured.Answer!.Value;
        GiveAnswer(ours, header.RCtl, header.SId, header.DId, payload);
    }
}
