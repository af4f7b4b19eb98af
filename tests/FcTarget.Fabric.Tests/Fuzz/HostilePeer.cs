// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.TestKit;

namespace FcTarget.Fabric.Tests.Fuzz;

/// <summary>
/// Says what real initiators have said to real targets, one frame after the other, with some frames changed, dropped or repeated. It
/// has a logical unit of its own, and leaves alone what FCP lets any initiator do to everybody: the others' unit, and TARGET RESET.
/// </summary>
internal sealed class HostilePeer
{
    /// <summary>The LUN of its logical unit; 0 is the others'.</summary>
    public const int OwnLun = 2;

    private const byte TargetReset = 0x20;

    private readonly CapturedConversation[] _conversations;
    private readonly FrameMutator _mutator;
    private readonly Random _random;
    private readonly Func<Party> _target;
    private readonly Dictionary<ushort, RxId> _rxIds = [];
    private readonly Queue<(OxId OxId, RxId RxId)> _asked = new();
    private CapturedConversation? _current;
    private int _next, _rate;

    /// <param name="peer">Says it.</param>
    /// <param name="target">Whom it is said to, as it is now.</param>
    /// <param name="conversations">What there is to say.</param>
    /// <param name="random">What is changed.</param>
    /// <param name="victim">Another's N_Port_ID.</param>
    public HostilePeer(RawPeer peer, Func<Party> target, CapturedConversation[] conversations, Random random, FcId victim)
    {
        Peer = peer;
        _target = target;
        _conversations = conversations;
        _random = random;
        _mutator = new FrameMutator(random) { OtherId = victim };
    }

    public RawPeer Peer { get; }

    /// <summary>Whether the target takes its commands; when not, it logs in before the next conversation.</summary>
    public Func<bool> IsLoggedIn { get; set; } = static () => true;

    /// <summary>Frames that were not as they were captured.</summary>
    public int Cases { get; private set; }

    /// <summary>Says the next frame.</summary>
    public void Acts()
    {
        if (_current is null || _next == _current.Count) Begin();
        Party self = new(Peer.ENode, Peer.VnPortMac, Peer.Id, Peer.PortName, Peer.NodeName);
        byte[] frame = _current!.Frame(_next++, self, _target());
        if (CapturedConversation.IsFc(frame)) FitExchange(frame);
        int fate = _random.Next(40);
        if (fate < _rate)
        {
            frame = _mutator.Mutate(frame);
            Cases++;
        }
        Restrain(frame);
        if (fate != 0) FrameMutator.Seal(frame); // else its CRC is that of another frame
        if (fate == 38) return; // lost
        Peer.SendsBytes(frame);
        if (fate == 39) Peer.SendsBytes(frame);
        Hear();
    }

    /// <summary>The less of it is changed, the further it gets.</summary>
    private void Begin()
    {
        _current = _conversations[_random.Next(_conversations.Length)];
        _next = 0;
        _rate = 3 << _random.Next(4);
        if (IsLoggedIn()) return;
        if (Peer is { Fcf: null, IsPointToPoint: false })
        {
            Peer.SendsVn2Vn(FipVn2VnSubcode.ClaimNotification);
            Peer.SendsVn2Vn(FipVn2VnSubcode.Beacon);
        }
        Peer.SendsPlogi();
        Peer.SendsPrli();
        Hear();
    }

    /// <summary>X_IDs that the live target has given, in the place of those that the captured one gave.</summary>
    private void FitExchange(byte[] frame)
    {
        FcHeader header = CapturedConversation.HeaderOf(frame);
        if (header.FCtl.Has(FCtl.ExchangeResponder))
        {
            if (_asked.TryDequeue(out (OxId OxId, RxId RxId) asked)) (header.OxId, header.RxId) = asked;
        }
        else if (header.RxId != RxId.Unassigned && _rxIds.TryGetValue(header.OxId.Value, out RxId rxId))
        {
            header.RxId = rxId;
        }
        CapturedConversation.WriteHeader(frame, header);
    }

    private static void Restrain(byte[] frame)
    {
        if (!CapturedConversation.IsFc(frame)) return;
        if (FcFrame.TryRead(frame.AsSpan(FrameMutator.FcAt..^Formats.Fcoe.FcoeFrame.TrailerLength), out FcFrame read) != FcFrameError.None) return;
        if (read.Header.Type != FcType.Fcp || read.Header.RCtl != FcpIu.Cmnd || read.Payload.Length < 11) return;
        int at = frame.AsSpan().IndexOf(read.Payload); // behind optional headers
        if ((frame[at] & 0x3F) == 0 && frame[at + 1] == 0) frame[at + 1] = OwnLun;
        frame[at + 10] = (byte)(frame[at + 10] & ~TargetReset);
    }

    private void Hear()
    {
        foreach (ReceivedFrame frame in Peer.Heard)
        {
            if (!frame.IsFc) continue;
            FcHeader header = frame.Header;
            if (header.FCtl.Has(FCtl.ExchangeResponder)) _rxIds[header.OxId.Value] = header.RxId;
            else if (_asked.Count < 16) _asked.Enqueue((header.OxId, header.RxId));
        }
        Peer.Ignores();
    }
}
