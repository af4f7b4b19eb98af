// SPDX-License-Identifier: MIT

using System.Text.Json;
using FcTarget.Lab.Tests.Rig;
using Xunit.Abstractions;

namespace FcTarget.Lab.Tests;

/// <summary>Initiators that come, go and come back.</summary>
public sealed class SessionTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [SkippableFact]
    public void An_initiator_that_logs_out_is_answered_and_finds_its_data_when_it_comes_back()
    {
        using LabRig rig = new(output);
        rig.StartTarget("memory:64M");
        Guest guest = rig.StartGuest();
        Capture capture = rig.StartCapture();
        guest.LogIn();
        string written = guest.Run("dd if=/dev/urandom of=/dev/sda bs=1M count=8 conv=fsync 2>/dev/null; dd if=/dev/sda bs=1M count=8 2>/dev/null | sha256sum");

        guest.LogOut();

        rig.Probes.Wait(p => p.Of("rport-logout-end", guest.Wwpn).Count == 1, Patience).Should().BeTrue("the session has to end");
        JsonElement logout = rig.Probes.Of("rport-logout-start", guest.Wwpn).Should().ContainSingle().Subject;
        logout.GetProperty("solicited").GetInt32().Should().Be(0, "the initiator sent the LOGO");
        guest.Run("ls /sys/block").Should().NotContain("sda");

        guest.LogIn().Should().MatchRegex("disk .* /dev/sda");
        guest.Run("dd if=/dev/sda bs=1M count=8 2>/dev/null | sha256sum").Should().Be(written);

        capture.Stop();
        // tshark names the request an LS_ACC belongs to. Linux sends this LOGO from its NIC's address, so the N_Port_ID tells whose it is.
        string[] services = capture.Read($"fcels && (fc.s_id == {guest.PortId} || fc.d_id == {guest.PortId})");
        services.Should().ContainSingle(line => line.EndsWith(" LOGO", StringComparison.Ordinal)).And.ContainSingle(line => line.Contains("ACC (LOGO)"));
        capture.FaultsFromTarget(guest).Should().BeEmpty();
    }

    [SkippableFact]
    public void Input_and_output_go_on_after_the_link_was_down()
    {
        using LabRig rig = new(output);
        rig.StartTarget("memory:256M");
        Guest guest = rig.StartGuest();
        guest.LogIn();
        guest.Run(
            "fio --name=v --filename=/dev/sda --ioengine=libaio --direct=1 --iodepth=8 --rw=randwrite --bs=16k --verify=crc32c --verify_fatal=1 "
            + "--size=128M --rate=8M > /tmp/fio.out 2>&1 & echo $! > /tmp/fio.pid; sleep 2");

        guest.Run("ip link set vec0 down; sleep 3; ip link set vec0 up");

        string online = "grep -l 'FCP Target' /sys/class/fc_remote_ports/*/roles | xargs dirname | xargs -I {} cat {}/port_state";
        guest.Run($"for i in $(seq 150); do [ \"$({online})\" = Online ] && exit 0; sleep 0.1; done; exit 1");
        string report = guest.Run("while kill -0 $(cat /tmp/fio.pid) 2>/dev/null; do sleep 0.2; done; cat /tmp/fio.out", 90);
        report.Should().Contain("err= 0");
        rig.Probes.Of("rport-login-end", guest.Wwpn).Should().HaveCountGreaterThan(1, "the initiator has logged in again");
    }

    [SkippableFact]
    public void Two_initiators_verify_their_halves_while_the_other_one_logs_in_and_out()
    {
        using LabRig rig = new(output);
        rig.StartTarget("memory:256M");
        Guest[] guests = [rig.StartGuest(), rig.StartGuest()];
        foreach (Guest guest in guests) guest.LogIn();

        for (int busy = 0; busy < 2; busy++)
        {
            Guest worker = guests[busy], visitor = guests[1 - busy];
            worker.Run(
                $"fio --name=v --filename=/dev/sda --offset={busy * 128}M --size=128M --ioengine=libaio --direct=1 --iodepth=16 --rw=randrw --bsrange=4k-64k "
                + "--verify=crc32c --verify_fatal=1 --time_based --runtime=15 > /tmp/fio.out 2>&1 & echo $! > /tmp/fio.pid");
            for (int visit = 0; visit < 3; visit++)
            {
                visitor.LogOut();
                visitor.LogIn().Should().MatchRegex("disk .* /dev/sda");
            }
            string report = worker.Run("while kill -0 $(cat /tmp/fio.pid) 2>/dev/null; do sleep 0.2; done; cat /tmp/fio.out", 90);
            report.Should().Contain("err= 0");
        }

        foreach (Guest guest in guests)
            rig.Probes.Of("rport-logout-end", guest.Wwpn).Count(p => p.GetProperty("solicited").GetInt32() == 0).Should().Be(3, "each logged out 3 times");
    }
}
