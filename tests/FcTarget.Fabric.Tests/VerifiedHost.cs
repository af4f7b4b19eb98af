// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.TestKit;

namespace FcTarget.Fabric.Tests;

/// <summary>
/// A host that minds its own business: logged in, registered, with an image pair, and blocks of the disk that only it writes. Whatever
/// others do, each of its commands ends with GOOD, what it reads is what it wrote, and it hears nothing else.
/// </summary>
internal sealed class VerifiedHost
{
    private const ushort Blocks = 16;

    private readonly byte[] _written = new byte[Blocks * 512];
    private readonly Random _random = new(7);
    private readonly uint _lba;

    public VerifiedHost(SwitchRig rig, int number, int? vid = null, uint lba = 8192, FcId? target = null)
        : this(LogIn(rig, number, vid, target ?? rig.Port.Local.Id), lba)
    {
    }

    /// <param name="peer">It has an image pair with the target.</param>
    /// <param name="lba">Its first block.</param>
    public VerifiedHost(RawPeer peer, uint lba = 8192)
    {
        _lba = lba;
        Peer = peer;
        Peer.ExpectsRsp(Peer.SendsCommand(Cdbs.TestUnitReady)); // power on
        MovesData();
    }

    public RawPeer Peer { get; }

    private static RawPeer LogIn(SwitchRig rig, int number, int? vid, FcId target)
    {
        RawPeer peer = rig.AddLoggedIn(number, vid);
        peer.RegistersAsInitiator();
        peer.Target = target;
        peer.ExpectsAccept(peer.SendsPlogi());
        peer.ExpectsAccept(peer.SendsPrli());
        return peer;
    }

    /// <summary>A WRITE and a READ that compares.</summary>
    /// <param name="meanwhile">Happens between FCP_XFER_RDY and the data, and again between the command and the data of the READ.</param>
    public void MovesData(Action? meanwhile = null)
    {
        _random.NextBytes(_written);
        OxId write = Peer.SendsWrite10(_lba, Blocks);
        RxId rxId = Peer.ExpectsXferRdy(write, 0, (uint)_written.Length);
        meanwhile?.Invoke();
        Peer.SendsBurst(write, rxId, 0, _written);
        Peer.ExpectsGood(write);
        OxId read = Peer.SendsRead10(_lba, Blocks);
        meanwhile?.Invoke();
        Peer.ExpectsData(read, _written.Length).Should().Equal(_written);
        Peer.ExpectsGood(read);
        // What others send to every FCF of the segment is heard, too.
        Peer.Heard.Where(frame => !frame.Destination.IsGroup).Should().BeEmpty("nobody has anything to say to this host");
        Peer.Ignores();
    }
}
