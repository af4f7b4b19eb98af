// SPDX-License-Identifier: MIT

using FcTarget.Formats.LinkServices;
using FcTarget.TestKit;

namespace FcTarget.Port.Tests;

/// <summary>
/// <see cref="ProbeTableTests"/> in somebody else's fabric: FLOGI with every way to fail, and the logins with the fabric's services.
/// L is the port, R a host. Statuses are numbers, as scripts see them: 1280 is LS_RJT logical busy.
/// </summary>
public sealed class FabricProbeTableTests
{
    /// <summary>The names of the rows, in both modes.</summary>
    public static TheoryData<string, bool> Names => ProbeTable.InBothModes(Rows.Keys);

    private static Dictionary<string, Row> Rows => new()
    {
        ["fabric-login: FLOGI accepted, then the name server"] = new(
            rig => rig.ComesOnline(),
            ["link-up L>?", "fabric-login-start L>?", "fabric-login-end status=0 L>?", "rport-login-start solicited=1 fffffc L>?", "rport-login-end solicited=1 status=0 fffffc L>?", "rport-login-start solicited=1 fffffa L>?", "rport-login-end solicited=1 status=0 fffffa L>?"],
            ["link-down ?>?", "link-up ?>?", "rport-login-start solicited=1 fffffd ?>?", "rport-login-end solicited=1 status=0 fffffd ?>?", "rport-login-start solicited=1 fffffc ?>?"]),
        ["fabric-login: FLOGI refused"] = new(
            rig =>
            {
                rig.Fcf.RefusesLogins = ElsReject.LogicalBusy;
                rig.Advance(2.5);
            },
            ["link-up L>?", "fabric-login-start L>?", "fabric-login-end status=1280 L>?"],
            ["link-down ?>?"]),
        ["fabric-login: FLOGI not answered"] = new(
            rig =>
            {
                rig.Advance(1.9);
                rig.Fcf.IsAlive = false;
                rig.Advance(12);
            },
            ["link-up L>?", "fabric-login-start L>?", "fabric-login-end status=-1 L>?", "fabric-login-start L>?", "fabric-login-end status=-1 L>?", "fabric-login-start L>?"],
            ["link-down ?>?", "link-down ?>?"]),
        ["fabric-login: the address granted is not the fabric's to grant"] = new(
            rig =>
            {
                rig.Fcf.GrantsMac = new Formats.MacAddress(0x0EFC00FFFFFEul);
                rig.Advance(2.5);
            },
            ["link-up L>?", "fabric-login-start L>?", "fabric-login-end status=-4 L>?"],
            ["link-down ?>?"]),
        ["fabric-login: the link is lost while it is made"] = new(
            rig =>
            {
                rig.Advance(1.9);
                rig.Fcf.IsAlive = false;
                rig.Advance(1);
                rig.Wire.SetLink(false);
                rig.Pump();
            },
            ["link-up L>?", "fabric-login-start L>?", "link-down L>?", "fabric-login-end status=-2 L>?"],
            ["link-down ?>?"]),
        ["fabric-login: Clear Virtual Links ends it and it is made anew"] = new(
            rig =>
            {
                rig.ComesOnline();
                rig.Probes.Clear();
                rig.Fcf.ClearsVirtualLinks(FabricRig.PortMac);
                rig.Pump();
                rig.ComesOnline();
            },
            ["rport-logout-start solicited=1 fffffa L>?", "rport-logout-end solicited=1 fffffa L>?", "rport-logout-start solicited=1 fffffc L>?", "rport-logout-end solicited=1 fffffc L>?", "fabric-login-start L>?", "fabric-login-end status=0 L>?", "rport-login-start solicited=1 fffffc L>?", "rport-login-end solicited=1 status=0 fffffc L>?", "rport-login-start solicited=1 fffffa L>?", "rport-login-end solicited=1 status=0 fffffa L>?"],
            ["rport-logout-start solicited=1 fffffc ?>?", "rport-logout-end solicited=1 fffffc ?>?", "rport-logout-start solicited=1 fffffd ?>?", "rport-logout-end solicited=1 fffffd ?>?", "link-down ?>?", "link-up ?>?", "rport-login-start solicited=1 fffffd ?>?", "rport-login-end solicited=1 status=0 fffffd ?>?", "rport-login-start solicited=1 fffffc ?>?"]),
        ["rport-login: a host of the fabric logs in"] = new(
            rig =>
            {
                rig.ComesOnline();
                rig.Probes.Clear();
                rig.LogsIn(0x010900);
            },
            ["rport-login-start solicited=0 010900 L>R", "rport-login-end solicited=0 status=0 010900 L>R"],
            ["rport-login-start solicited=0 010900 ?>?"]),
    };

    [Theory, MemberData(nameof(Names))]
    public void Exactly_these_probes_fire(string name, bool comstarExact)
    {
        Row row = Rows[name];
        using FabricRig rig = new(comstarExact: comstarExact);
        row.Conversation(rig);
        rig.Probes.All.Select(Line).Should().Equal(comstarExact ? row.Comstar : row.Documented);
    }

    private static string Line(RecordedProbe p)
    {
        string id = p.RemoteAddress != 0 ? $" {p.RemoteAddress:x6}" : "";
        return $"{p}{id} {Short(p.Local)}>{Short(p.Remote)}";

        static string Short(string wwn) => wwn switch { "2000020000000010" => "L", "2100000000010900" => "R", "<unknown>" => "?", _ => wwn };
    }

    private sealed record Row(Action<FabricRig> Conversation, string[] Documented, string[] Comstar);
}
