// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.LinkServices;
using FcTarget.Probes;
using FcTarget.Scsi;
using FcTarget.TestKit;

namespace FcTarget.Port.Tests;

/// <summary>
/// The probes row by row as docs/probes.md has them: each path to success and to failure, what fires on it as documented, and what COMSTAR's
/// FCoE target shows of it. A line is probe, arguments, and ci_local&gt;ci_remote: L and R the ports, ? what is not known.
/// </summary>
public sealed class ProbeTableTests
{
    /// <summary>The names of the rows, in both modes.</summary>
    public static TheoryData<string, bool> Names => ProbeTable.InBothModes(Rows.Keys);

    private static Dictionary<string, Row> Rows => new()
    {
        ["link-up: the cable is in before the port starts"] = new(
            From.Nothing, rig => rig.ComesOnline(),
            ["link-up L>?", "fabric-login-start L>?", "fabric-login-end status=0 L>?"],
            ["link-down ?>?", "link-up ?>?"]),
        ["link-down: with a session and its command"] = new(
            From.ImagePair, rig =>
            {
                rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
                rig.SetLink(false);
            },
            ["scsi-command L>R", "link-down L>?", "rport-logout-start solicited=1 L>R", "rport-logout-end solicited=1 L>R"],
            ["scsi-command L>R", "link-down L>?", "rport-logout-start solicited=1 L>R", "rport-logout-end solicited=1 L>R"]),
        ["link-up: after a loss"] = new(
            From.ImagePair, rig =>
            {
                rig.SetLink(false);
                rig.Probes.Clear();
                rig.SetLink(true);
                rig.Advance(1100);
            },
            ["link-up L>?", "fabric-login-start L>?", "fabric-login-end status=0 L>?"],
            ["link-down L>?", "link-up L>?"]),
        ["fabric-login-end: the link is lost before it is done"] = new(
            From.Nothing, rig =>
            {
                rig.Advance(50);
                rig.SetLink(false);
            },
            ["link-up L>?", "fabric-login-start L>?", "link-down L>?", $"fabric-login-end status={FcLoginStatus.LinkLost} L>?"],
            ["link-down ?>?"]),
        ["rport-login: received, accepted, from a port never seen"] = new(
            From.Online, rig => rig.Peer.ExpectsAccept(rig.Peer.SendsPlogi()),
            ["rport-login-start solicited=0 L>R", "rport-login-end solicited=0 status=0 L>R"],
            ["rport-login-start solicited=0 ?>?"]),
        ["rport-login: received again: what the first one taught is known"] = new(
            From.ImagePair, rig => rig.Peer.ExpectsAccept(rig.Peer.SendsPlogi()),
            ["rport-logout-start solicited=1 L>R", "rport-logout-end solicited=1 L>R", "rport-login-start solicited=0 L>R", "rport-login-end solicited=0 status=0 L>R"],
            ["rport-login-start solicited=0 L>R"]),
        ["rport-login: received, refused"] = new(
            From.Online, rig =>
            {
                rig.Peer.ReceiveDataFieldSize = 128;
                rig.Peer.ExpectsReject(rig.Peer.SendsPlogi(), ElsReject.BadReceiveDataFieldSize);
            },
            ["rport-login-start solicited=0 L>R", $"rport-login-end solicited=0 status={FcLoginStatus.LsRjt(3, 7)} L>R"],
            ["rport-login-start solicited=0 ?>?", "rport-login-end solicited=0 status=0 ?>?"]),
        ["rport-login: sent, accepted"] = new(
            From.FlogiOfLowerName, rig => rig.Peer.AcceptsLogin(rig.Peer.ExpectsEls(ElsCommand.Plogi)),
            ["rport-login-start solicited=1 L>R", "rport-login-end solicited=1 status=0 L>R"],
            ["rport-login-start solicited=1 ?>?"]),
        ["rport-login: sent, refused"] = new(
            From.FlogiOfLowerName, rig => rig.Peer.Rejects(rig.Peer.ExpectsEls(ElsCommand.Plogi), ElsReject.InsufficientResources),
            ["rport-login-start solicited=1 L>R", $"rport-login-end solicited=1 status={FcLoginStatus.LsRjt(9, 0x29)} L>R"],
            ["rport-login-start solicited=1 ?>?", "rport-login-end solicited=1 status=0 ?>?"]),
        ["rport-login: sent, the link is lost"] = new(
            From.FlogiOfLowerName, rig =>
            {
                rig.Peer.ExpectsEls(ElsCommand.Plogi);
                rig.SetLink(false);
            },
            ["rport-login-start solicited=1 L>R", "link-down L>?", $"rport-login-end solicited=1 status={FcLoginStatus.LinkLost} L>R"],
            ["rport-login-start solicited=1 ?>?", "link-down ?>?", "rport-login-end solicited=1 status=0 ?>?"]),
        ["rport-login: sent, nobody answers"] = new(
            From.FlogiOfLowerName, rig =>
            {
                rig.Peer.ExpectsEls(ElsCommand.Plogi);
                rig.Advance(21_000);
            },
            ["rport-login-start solicited=1 L>R", "rport-login-end solicited=1 status=-1 L>R"],
            ["rport-login-start solicited=1 ?>?", "rport-login-end solicited=1 status=0 ?>?"]),
        ["rport-login: sent, the answer breaks the standard"] = new(
            From.FlogiOfLowerName, rig => rig.Peer.Accepts(rig.Peer.ExpectsEls(ElsCommand.Plogi), LsAccPayload.Accept),
            ["rport-login-start solicited=1 L>R", "rport-login-end solicited=1 status=-4 L>R"],
            ["rport-login-start solicited=1 ?>?", "rport-login-end solicited=1 status=0 ?>?"]),
        ["rport-login: received from the lower name while ours is under way: it is ours that counts"] = new(
            From.FlogiOfLowerName, rig =>
            {
                ReceivedFrame ours = rig.Peer.ExpectsEls(ElsCommand.Plogi);
                rig.Peer.ExpectsReject(rig.Peer.SendsPlogi(), ElsReject.CommandInProgress);
                rig.Peer.AcceptsLogin(ours);
            },
            [
                "rport-login-start solicited=1 L>R", "rport-login-start solicited=0 L>R", "rport-login-end solicited=0 status=3584 L>R",
                "rport-login-end solicited=1 status=0 L>R",
            ],
            ["rport-login-start solicited=1 ?>?", "rport-login-start solicited=0 ?>?", "rport-login-end solicited=0 status=0 ?>?"]),
        ["rport-logout: LOGO received from a port that is not logged in"] = new(
            From.Online, rig => rig.Peer.SendsLogo(),
            [],
            []),
        ["rport-logout: by us, nobody answers"] = new(
            From.ImagePair, rig =>
            {
                rig.Port.RequestStop(() => { });
                rig.Advance(21_000);
            },
            ["rport-logout-start solicited=1 L>R", "rport-logout-end solicited=1 L>R"],
            ["rport-logout-start solicited=1 L>R", "rport-logout-end solicited=1 L>R"]),
        ["rport-logout: PRLO ends the image pair, not the login"] = new(
            From.ImagePair, rig => rig.Peer.ExpectsAccept(rig.Peer.SendsEls(Convert.FromHexString("21100014" + "08000000" + "00000000" + "00000000" + "00000000"))),
            [],
            []),
        ["rport-logout: LOGO received"] = new(
            From.ImagePair, rig => rig.Peer.ExpectsAccept(rig.Peer.SendsLogo()),
            ["rport-logout-start solicited=0 L>R", "rport-logout-end solicited=0 L>R"],
            ["rport-logout-start solicited=0 L>R", "rport-logout-end solicited=0 L>R"]),
        ["rport-logout: by us, the port goes"] = new(
            From.ImagePair, rig =>
            {
                rig.Port.RequestStop(() => { });
                rig.Pump();
                rig.Peer.Accepts(rig.Peer.ExpectsEls(ElsCommand.Logo), LsAccPayload.Accept);
            },
            ["rport-logout-start solicited=1 L>R", "rport-logout-end solicited=1 L>R"],
            ["rport-logout-start solicited=1 L>R", "rport-logout-end solicited=1 L>R"]),
        ["scsi: no data"] = new(
            From.ImagePair, rig => rig.Peer.ExpectsGood(rig.Peer.SendsCommand(Cdbs.TestUnitReady)),
            ["scsi-command L>R", "scsi-response 00 L>R"],
            ["scsi-command L>R", "scsi-response 00 L>R"]),
        ["scsi: CHECK CONDITION"] = new(
            From.ImagePair, rig => rig.Peer.ExpectsRsp(rig.Peer.SendsRead10(0xFFFF_FFF0, 1)),
            ["scsi-command L>R", "scsi-response 02 L>R"],
            ["scsi-command L>R", "scsi-response 02 L>R"]),
        ["scsi: no exchange is left"] = new(
            From.ImagePairOfTwoExchanges, rig =>
            {
                rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
                rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
                rig.Peer.ExpectsRsp(rig.Peer.SendsRead10(0, 8)).Status.Should().Be(ScsiStatus.TaskSetFull);
            },
            ["scsi-command L>R", "scsi-command L>R", "scsi-command L>R", "scsi-response 28 L>R"],
            ["scsi-command L>R", "scsi-command L>R"]),
        ["scsi: no image pair"] = new(
            From.LoggedIn, rig => rig.Peer.SendsCommand(Cdbs.TestUnitReady),
            [],
            []),
        ["scsi: a LUN that is not mapped"] = new(
            From.ImagePair, rig => rig.Peer.ExpectsRsp(rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 99)),
            ["scsi-command L>R", "scsi-response 02 L>R"],
            ["scsi-command L>R", "scsi-response 02 L>R"]),
        ["scsi: FCP_CMND that cannot be: data in both directions"] = new(
            From.ImagePair, rig => rig.Peer.ExpectsRsp(rig.Peer.SendsCommand(Cdbs.Read10(0, 1), FcpDataDirection.ReadData | FcpDataDirection.WriteData, 512)),
            [],
            []),
        ["scsi: the task is aborted by task management"] = new(
            From.ImagePair, rig =>
            {
                rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
                rig.Peer.ExpectsRsp(rig.Peer.SendsCommand(new byte[16], lun: 1, taskManagement: FcpTaskManagementFlags.AbortTaskSet));
            },
            ["scsi-command L>R", "scsi-command L>R", "scsi-response 00 L>R"],
            ["scsi-command L>R", "scsi-command L>R", "scsi-response 00 L>R"]),
        ["scsi: task management"] = new(
            From.ImagePair, rig => rig.Peer.ExpectsRsp(rig.Peer.SendsCommand(new byte[16], lun: 1, taskManagement: FcpTaskManagementFlags.AbortTaskSet)),
            ["scsi-command L>R", "scsi-response 00 L>R"],
            ["scsi-command L>R", "scsi-response 00 L>R"]),
        ["xfer: a read in one buffer"] = new(
            From.ImagePair, rig => rig.Peer.Reads(0, 8),
            ["scsi-command L>R", "xfer-start 0+4096 8001 L>R", "xfer-done 0+4096 8001 L>R", "scsi-response 00 L>R"],
            ["scsi-command L>R", "xfer-start 0+4096 8005 L>R"]),
        ["xfer: a read of parameter data"] = new(
            From.ImagePair, rig =>
            {
                OxId inquiry = rig.Peer.SendsCommand(Cdbs.Inquiry(36), FcpDataDirection.ReadData, 36);
                rig.Peer.ExpectsData(inquiry, 36);
                rig.Peer.ExpectsGood(inquiry);
            },
            ["scsi-command L>R", "xfer-start 0+36 8001 L>R", "xfer-done 0+36 8001 L>R", "scsi-response 00 L>R"],
            ["scsi-command L>R", "xfer-start 0+36 8001 L>R", "xfer-done 0+36 8021 L>R", "scsi-response 00 L>R"]),
        ["xfer: a read in several buffers"] = new(
            From.ImagePair, rig =>
            {
                OxId read = rig.Peer.SendsRead10(0, 2, lun: 1);
                rig.Held.Only.SendData(new byte[512]);
                rig.Pump();
                rig.Held.Only.SendData(new byte[512]);
                rig.Pump();
                rig.Held.Completes(rig.Held.Only);
                rig.Peer.ExpectsData(read, 1024);
                rig.Peer.ExpectsGood(read);
            },
            ["scsi-command L>R", "xfer-start 0+512 8001 L>R", "xfer-done 0+512 8001 L>R", "xfer-start 512+512 8001 L>R", "xfer-done 512+512 8001 L>R", "scsi-response 00 L>R"],
            ["scsi-command L>R", "xfer-start 0+512 8001 L>R", "xfer-done 0+512 8021 L>R", "xfer-start 512+512 8001 L>R", "xfer-done 512+512 8021 L>R", "scsi-response 00 L>R"]),
        ["xfer: a write"] = new(
            From.ImagePair, rig => rig.Peer.Writes(0, new byte[4096]),
            ["scsi-command L>R", "xfer-start 0+4096 8002 L>R", "xfer-done 0+4096 8002 L>R", "scsi-response 00 L>R"],
            ["scsi-command L>R", "xfer-start 0+4096 8002 L>R", "xfer-done 0+4096 8022 L>R", "scsi-response 00 L>R"]),
        ["xfer: a write whose login ends before its data comes"] = new(
            From.ImagePair, rig =>
            {
                OxId write = rig.Peer.SendsWrite10(0, 8);
                rig.Peer.ExpectsXferRdy(write, 0, 4096);
                rig.Peer.ExpectsAccept(rig.Peer.SendsLogo());
            },
            ["scsi-command L>R", "xfer-start 0+4096 8002 L>R", "rport-logout-start solicited=0 L>R", "xfer-done 0+4096 8002 L>R", "rport-logout-end solicited=0 L>R"],
            ["scsi-command L>R", "xfer-start 0+4096 8002 L>R", "rport-logout-start solicited=0 L>R", "xfer-done 0+4096 8022 L>R", "rport-logout-end solicited=0 L>R"]),
        ["xfer: a write in several buffers"] = new(
            From.ImagePair, rig => rig.Peer.Writes(0, new byte[1 << 20]),
            [.. Enumerable.Range(0, 4).SelectMany(i => (string[])[$"xfer-start {i << 18}+262144 8002 L>R", $"xfer-done {i << 18}+262144 8002 L>R"])
                .Prepend("scsi-command L>R").Append("scsi-response 00 L>R")],
            [.. Enumerable.Range(0, 4).SelectMany(i => (string[])[$"xfer-start {i << 18}+262144 8002 L>R", $"xfer-done {i << 18}+262144 8022 L>R"])
                .Prepend("scsi-command L>R").Append("scsi-response 00 L>R")]),
        ["abts: a write under way"] = new(
            From.ImagePair, rig =>
            {
                OxId write = rig.Peer.SendsWrite10(0, 8);
                rig.Peer.SendsAbts(write, rig.Peer.ExpectsXferRdy(write, 0, 4096));
                rig.Peer.ExpectsBaAcc(write);
            },
            ["scsi-command L>R", "xfer-start 0+4096 8002 L>R", "abts-receive L>R", "xfer-done 0+4096 8002 L>R"],
            ["scsi-command L>R", "xfer-start 0+4096 8002 L>R", "abts-receive L>?", "xfer-done 0+4096 8022 L>R"]),
        ["abts: an exchange nobody knows"] = new(
            From.ImagePair, rig =>
            {
                rig.Peer.SendsAbts(new OxId((ushort)0x777), RxId.Unassigned);
                rig.Peer.ExpectsBaAcc(new OxId((ushort)0x777));
            },
            ["abts-receive L>R"],
            []),
        ["abts: from a port that is not logged in"] = new(
            From.Online, rig => rig.Peer.SendsAbts(new OxId((ushort)0x777), RxId.Unassigned),
            [],
            []),
        ["rscn: refused"] = new(
            From.ImagePair, rig => rig.Peer.SendsEls(Convert.FromHexString("61040006" + "0001")),
            [],
            []),
        ["rscn: two pages"] = new(
            From.ImagePair, rig => rig.Peer.ExpectsAccept(rig.Peer.SendsEls(Convert.FromHexString("6104000c" + "00010203" + "03000000"))),
            ["rscn-receive 010203 L>?", "rscn-receive 000000 L>?"],
            ["rscn-receive 010203 L>?", "rscn-receive 000000 L>?"]),
    };

    [Theory, MemberData(nameof(Names))]
    public void Exactly_these_probes_fire(string name, bool comstarExact)
    {
        Row row = Rows[name];
        using PortRig rig = row.Begin(comstarExact);
        row.Conversation(rig);
        rig.Probes.All.Select(Line).Should().Equal(comstarExact ? row.Comstar : row.Documented);
    }

    /// <summary>COMSTAR learns names from PLOGIs it answers; after one that it sent it still has none, and tells so with every command.</summary>
    [Fact]
    public void Comstar_has_no_names_of_a_port_it_logged_in_to()
    {
        using PortRig rig = PortRig.WithImagePair(comstarExact: true);
        rig.Peer.ExpectsGood(rig.Peer.SendsCommand(Cdbs.TestUnitReady));
        rig.Probes.All.Select(Line).Should().Equal("scsi-command ?>?", "scsi-response 00 ?>?");
        rig.Probes.All[0].RemoteAddress.Should().Be(1, "the port id is right");
    }

    private static string Line(RecordedProbe p)
    {
        string flags = p.Probe is FcProbe.XferStart or FcProbe.XferDone ? $" {(ushort)p.XferFlags:x4}" : "";
        return $"{p}{flags} {Short(p.Local)}>{Short(p.Remote)}";

        static string Short(string wwn) => wwn switch { "2000020000000010" => "L", "2000020000000021" or "2000020000000001" => "R", "<unknown>" => "?", _ => wwn };
    }

    /// <summary>Where a conversation begins; what fired before is forgotten.</summary>
    private enum From
    {
        Nothing,
        Online,

        /// <summary>A peer of the lower name has answered FLOGI: PLOGI is ours to send.</summary>
        FlogiOfLowerName,
        LoggedIn,
        ImagePair,
        ImagePairOfTwoExchanges,
    }

    private sealed record Row(From From, Action<PortRig> Conversation, string[] Documented, string[] Comstar)
    {
        public PortRig Begin(bool comstarExact)
        {
            PortRig rig;
            switch (From)
            {
                case From.Nothing:
                    rig = new PortRig(comstarExact: comstarExact);
                    rig.AddPeer();
                    return rig;
                case From.FlogiOfLowerName:
                    rig = PortRig.Online(comstarExact: comstarExact);
                    rig.Peer.ClaimsAndIsAnswered();
                    ReceivedFrame flogi = rig.Peer.ExpectsEls(ElsCommand.Flogi);
                    rig.Probes.Clear();
                    rig.Peer.AcceptsLogin(flogi);
                    return rig;
                case From.ImagePairOfTwoExchanges:
                    rig = PortRig.WithImagePair(peerHasHigherName: true, options: new PortOptions { MaxExchanges = 2 }, comstarExact: comstarExact);
                    break;
                case From.LoggedIn:
                    rig = PortRig.Online(peerHasHigherName: true, comstarExact: comstarExact);
                    rig.Peer.LogsIn();
                    break;
                case From.Online:
                    rig = PortRig.Online(peerHasHigherName: true, comstarExact: comstarExact);
                    break;
                default:
                    rig = PortRig.WithImagePair(peerHasHigherName: true, comstarExact: comstarExact);
                    break;
            }
            rig.Probes.Clear();
            return rig;
        }
    }
}
