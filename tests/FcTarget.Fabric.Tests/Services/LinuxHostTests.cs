// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Fabric.Tests.Services;

/// <summary>The frames to the services of a Linux 6.1 host (fcoe.ko, initiator and target) between its FLOGI and its first discovery.</summary>
public sealed class LinuxHostTests
{
    private static readonly Wwn Host = new(0x2000020000000001ul), Node = new(0x1000020000000001ul);

    private static readonly string[] Login =
    [
        // PLOGI
        "22fffffc0001000101290000000000000001ffff00000000" + "030000002020000a8000084000ff001f000007d0200002000000000110000200000000010000000000000000"
            + "000000000000000000000000000000000000000000000000880000000000084000ff00000001"
            + "00000000000000000000000000000000000000000000000000000000000000000000",
        // RNN_ID
        "02fffffc0001000120290000000000000001ffff00000000" + "01000000fc020000021300000000000000010001" + "1000020000000001",
        // RSNN_NN
        "02fffffc0001000120290000000000000001ffff00000000" + "01000000fc020000023900000000000010000200000000011366636f652076302e31206f7665722076656330",
        // RSPN_ID
        "02fffffc0001000120290000000000000001ffff00000000" + "01000000fc0200000218000000000000000100011366636f652076302e31206f7665722076656330",
        // RFT_ID
        "02fffffc0001000120290000000000000001ffff00000000" + "01000000fc0200000217000000000000" + "00010001"
            + "0000010000000001000000000000000000000000000000000000000000000000",
        // RFF_ID
        "02fffffc0001000120290000000000000001ffff00000000" + "01000000fc020000021f000000000000" + "00010001" + "00000308",
        // SCR
        "22fffffd0001000101290000000000000001ffff00000000" + "6200000000000003",
        // GPN_FT
        "02fffffc0001000120290000000000000001ffff00000000" + "01000000fc0200000172000000000000" + "00000008",
    ];

    [Fact]
    public void Everything_a_Linux_host_says_at_login_is_accepted()
    {
        using FabricRig rig = new();
        RigPort host = new(rig, Host);
        LoginPayload flogi = host.Flogi();
        flogi.NodeName = Node;
        host.TryLogin(parent: null, sameAttachment: false, flogi).Should().BeNull();
        host.Id.Should().Be(new FcId(0x010001u), "the frames have that S_ID");
        Received answer = null!;
        foreach (string hex in Login)
        {
            FcFrame.TryRead(Convert.FromHexString(hex), out FcFrame frame).Should().Be(FcFrameError.None);
            rig.Fabric.OnFrame(host.Port, frame, firstOfSequence: true);
            answer = host.Inbox.Should().ContainSingle(because: hex).Subject;
            host.Inbox.Clear();
            if (answer.Header.Type == FcType.Els) answer.Should().BeAccepted();
            else (CtIu.TryRead(answer.Payload, out CtPreamble accept, out _) && accept.IsAccept).Should().BeTrue(because: hex);
        }
        Convert.ToHexString(answer.Payload[16..]).Should().Be("80010001" + "00000000" + "2000020000000001", "GPN_FT: the host alone");
        rig.Fabric.Describe().Should().ContainSingle().Which.Should().BeEquivalentTo(new
        {
            NodeName = Node.ToColonString(),
            SymbolicPortName = "fcoe v0.1 over vec0",
            SymbolicNodeName = "fcoe v0.1 over vec0",
            Types = new[] { "Fcp", "Ct" },
            IsTarget = true,
            IsInitiator = true,
            Rscn = "Full",
        });
    }
}
