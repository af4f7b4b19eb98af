// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;
using FcTarget.Lab.Tests.Rig;
using Xunit.Abstractions;

namespace FcTarget.Lab.Tests;

/// <summary>A Linux host that wants a fabric, and FcTarget as its switch: nothing in the host knows that there is none.</summary>
public sealed class FabricTests(ITestOutputHelper output)
{
    /// <summary>Whether the host has a remote port of that name in that state.</summary>
    private static string RportIs(string wwpn, string state) =>
        $"for r in /sys/class/fc_remote_ports/rport*; do [ $(cat $r/port_name) = 0x{wwpn} ] && [ \"$(cat $r/port_state)\" = \"{state}\" ] && exit 0; done; exit 1";

    [SkippableFact]
    public void A_host_logs_in_and_comes_back_whatever_happens_to_the_switch()
    {
        using LabRig rig = new(output);
        string[] arguments = ["--lu", $"file:{Path.Combine(rig.Folder, "disk.img")},size=64M", "--fka-adv-period", "1000", "--fabric-store", Path.Combine(rig.Folder, "fabric.json")];
        Target target = rig.StartSwitch(arguments);
        Guest guest = rig.StartGuest();

        string found = guest.LogInToFabric();

        found.Should().MatchRegex(@"host 0x2000020000000001 0x01\w{4} Online fabric 0x1000\w{12} type NPort");
        found.Should().MatchRegex($@"rport 0x{target.Wwpn} 0x01\w{{4}} Online FCP Target");
        found.Should().MatchRegex("disk .*FCTARGET .*/dev/sda");
        string id = Regex.Match(found, @"host \S+ (0x\w{6})").Groups[1].Value;
        string written = guest.Run("dd if=/dev/urandom of=/dev/sda bs=1M count=8 conv=fsync 2>/dev/null; dd if=/dev/sda bs=1M count=8 2>/dev/null | sha256sum");
        target.Admin("fabric", "ports").Should().Contain("20:00:02:00:00:00:00:01");

        // Killed and started anew: the host is not touched, and has its address and its data again.
        target.Kill();
        target = rig.StartSwitch(arguments);
        // It may not have noticed yet, or be in the midst of its login: the address lasts for the WWPN, but not in between.
        guest.WaitUntil($"[ $(cat /sys/class/fc_host/host*/port_id) = {id} ] && {RportIs(target.Wwpn, "Online")}", 60);
        guest.Run("echo 3 > /proc/sys/vm/drop_caches; dd if=/dev/sda bs=1M count=8 2>/dev/null | sha256sum").Should().Be(written);

        // Advertisements stop: the host loses the fabric, and has it back when they come again.
        target.Admin("fabric", "fcf", "suspend");
        guest.WaitUntil("! grep -q Online /sys/class/fc_host/host*/port_state");
        target.Admin("fabric", "fcf", "resume");
        guest.WaitUntil(RportIs(target.Wwpn, "Online"), 60);
        guest.Run("echo 3 > /proc/sys/vm/drop_caches; dd if=/dev/sda bs=1M count=8 2>/dev/null | sha256sum").Should().Be(written);

        // A zone at run time: the host loses the target by RSCN, and finds it again.
        target.Admin("fabric", "zone", "create", "z", guest.Wwpn, target.Wwpn);
        target.Admin("fabric", "zone-set", "create", "s", "z");
        target.Admin("fabric", "zone-set", "activate", "s");
        target.Admin("fabric", "default-zone", "deny");
        guest.Run(RportIs(target.Wwpn, "Online"));
        target.Admin("fabric", "zone", "remove", "z", guest.Wwpn);
        TimeSpan lost = guest.WaitUntil($"! ({RportIs(target.Wwpn, "Online")})");
        output.WriteLine($"the rport was lost {lost.TotalMilliseconds:f0} ms after the zone was changed");
        lost.Should().BeLessThan(TimeSpan.FromSeconds(2));
        target.Admin("fabric", "zone", "add", "z", guest.Wwpn);
        guest.WaitUntil(RportIs(target.Wwpn, "Online"), 60);

        guest.LogOut();
        rig.Probes.Wait(p => p.Of("rport-logout-end", guest.Wwpn).Count > 0, TimeSpan.FromSeconds(10)).Should().BeTrue();
    }

    [SkippableFact]
    public void Eight_ports_are_eight_targets_and_each_vport_has_its_own_zone_and_LUN()
    {
        using LabRig rig = new(output);
        Target target = rig.StartSwitch("--lu", "memory:16M");
        for (int i = 2; i <= 8; i++) target.Admin("port", "create", $"name=t{i}");
        Guest guest = rig.StartGuest();
        guest.LogInToFabric();

        guest.WaitUntil("[ $(cat /sys/class/fc_remote_ports/*/roles | grep -c 'FCP Target') = 8 ]");
        guest.WaitUntil("[ $(lsscsi | grep -c FCTARGET) = 8 ]");
        string[] ports = [.. Regex.Matches(target.Admin("port", "list"), @"^(\S{23}) .* t(\d)\s*$", RegexOptions.Multiline).OrderBy(m => m.Groups[2].Value).Select(m => m.Groups[1].Value)];
        ports.Should().HaveCount(7);

        // Two NPIV ports, each in a zone with one of our ports, and with a LUN of its own.
        target.Admin("fabric", "default-zone", "permit");
        target.Admin("fabric", "zone-set", "create", "s");
        for (int v = 1; v <= 2; v++)
        {
            string wwpn = $"2{v:d3}020000000001";
            target.Admin("lu", "create", $"v{v}", $"memory:{v * 32}M");
            target.Admin("host-group", "create", $"v{v}");
            target.Admin("host-group", "add", $"v{v}", wwpn);
            target.Admin("view", "add", $"v{v}", "--host-group", $"v{v}", "--lun", "5");
            target.Admin("fabric", "zone", "create", $"v{v}", wwpn, ports[v - 1]);
            target.Admin("fabric", "zone-set", "add", "s", $"v{v}");
        }
        target.Admin("fabric", "zone-set", "activate", "s");
        for (int v = 1; v <= 2; v++) guest.Run($"echo 2{v:d3}020000000001:1{v:d3}020000000001 > /sys/class/fc_host/host0/vport_create");

        for (int v = 1; v <= 2; v++)
        {
            guest.WaitUntil($"lsscsi {v}: | grep -q ':5\\]'", 60);
            string size = guest.Run($"cat /sys/class/scsi_device/{v}:*:5/device/block/sd*/size").Trim();
            size.Should().Be((v * 32 * 2048).ToString(), "vport {0} sees its own logical unit", v);
            guest.Run($"ls -d /sys/class/fc_remote_ports/rport-{v}:* | wc -l; cat /sys/class/fc_remote_ports/rport-{v}:*/port_name").Should().Contain(ports[v - 1].Replace(":", ""))
                .And.NotContain(ports[2 - v].Replace(":", ""), "the other vport's target is in another zone");
        }
        guest.Run("ls -d /sys/class/scsi_device/0:*:5 2>/dev/null | wc -l").Trim().Should().Be("0", "nobody else sees them");
    }

    [SkippableFact]
    public void Fipvlan_finds_the_VLAN_and_the_disk_is_on_it()
    {
        using LabRig rig = new(output);
        Target target = rig.StartSwitch("--lu", "memory:16M", "--vlan", "100");
        Guest guest = rig.StartGuest();
        Rig.Capture capture = rig.StartCapture();

        string found = guest.LogInToFabric("fipvlan -c -s -f \"\" vec0");

        found.Should().MatchRegex($@"rport 0x{target.Wwpn} 0x01\w{{4}} Online FCP Target");
        guest.Run("ls -d /sys/class/net/vec0.100");
        guest.Run("dd if=/dev/urandom of=/dev/sda bs=1M count=4 conv=fsync 2>/dev/null; echo 3 > /proc/sys/vm/drop_caches; dd if=/dev/sda bs=1M count=4 2>/dev/null | sha256sum");
        capture.Stop();
        capture.Read("fcoe && !vlan.id == 100").Should().BeEmpty("FCoE is on the VLAN and nowhere else");
        capture.Read("fcoe && vlan.id == 100").Should().HaveCountGreaterThan(100);
    }

    [SkippableFact]
    public void Two_hosts_and_a_foreign_target_meet_in_the_fabric_and_their_frames_are_routed()
    {
        using LabRig rig = new(output);
        Target target = rig.StartSwitch("--lu", "memory:16M");
        Guest lio = rig.StartGuest(), first = rig.StartGuest(), second = rig.StartGuest();
        lio.Run(LioTarget(first.Wwpn, second.Wwpn));
        lio.WaitUntil("grep -q Online /sys/class/fc_host/host*/port_state", 60);
        first.LogInToFabric();
        second.LogInToFabric();

        foreach (Guest host in (Guest[])[first, second])
        {
            host.WaitUntil(RportIs(lio.Wwpn, "Online"), 60);
            host.WaitUntil(RportIs(target.Wwpn, "Online"));
            host.WaitUntil("lsscsi | grep -q LIO-ORG");
        }
        const string Lio = "/dev/$(lsscsi | grep LIO-ORG | sed 's|.*/dev/||')";
        string written = first.Run(
            "dd if=/dev/urandom of=/tmp/random bs=64k count=64 2>/dev/null && "
            + $"dd if=/tmp/random of={Lio} bs=64k conv=fsync 2>/dev/null && sha256sum < /tmp/random");
        second.Run($"dd if={Lio} bs=1M count=4 2>/dev/null | sha256sum").Should().Be(written, "what one host writes to the foreign target the other reads");
        string counters = target.Admin("counters");
        output.WriteLine(counters);
        long routed = long.Parse(Regex.Match(counters, @"frames-routed\s+(\d+)").Groups[1].Value);
        routed.Should().BeGreaterThan(2 * 4 * 1024 * 1024 / 2112, "4 MiB went through us to the foreign target, and 4 MiB back");
    }

    [SkippableFact]
    public void A_host_that_comes_and_goes_ten_times_leaves_nothing_behind_and_another_s_data_is_right()
    {
        using LabRig rig = new(output);
        Target target = rig.StartSwitch("--lu", "memory:64M", "--fka-adv-period", "1000");
        Guest steady = rig.StartGuest(), restless = rig.StartGuest();
        steady.LogInToFabric();
        restless.Run("ip link set vec0 up");
        string[] before = Tables(target);
        before.Should().Contain(line => line.Contains("\"sessions\": 1"));

        steady.Run(
            "(i=0; while [ ! -e /tmp/enough ]; do dd if=/dev/urandom of=/tmp/r bs=64k count=16 2>/dev/null; dd if=/tmp/r of=/dev/sda bs=64k oflag=direct 2>/dev/null; "
            + "dd if=/dev/sda of=/tmp/b bs=64k count=16 iflag=direct 2>/dev/null; cmp /tmp/r /tmp/b || echo differs >> /tmp/wrong; i=$((i+1)); done; echo $i > /tmp/rounds) >/dev/null 2>&1 &");
        // Half of the times it is taken away in the middle of its login: after FLOGI, before it has found the target.
        restless.Run("""
            P=/sys/module/libfcoe/parameters
            for i in $(seq 5); do
              echo vec0 > $P/create
              for j in $(seq 100); do grep -q Online /sys/class/fc_remote_ports/*/port_state 2>/dev/null && break; sleep 0.1; done
              cat /sys/class/fc_remote_ports/*/port_state | grep -q Online || { echo "round $i: no target"; exit 1; }
              echo vec0 > $P/destroy
              echo vec0 > $P/create
              for j in $(seq 1000); do grep -qs '[1-9]' /sys/class/fc_host/host*/port_id && break; usleep 10000; done
              echo vec0 > $P/destroy
            done
            """, 180);

        steady.Run("touch /tmp/enough");
        steady.WaitUntil("[ -s /tmp/rounds ]");
        output.WriteLine($"the other host wrote and read 1 MiB {steady.Run("cat /tmp/rounds").Trim()} times");
        steady.Run("[ ! -e /tmp/wrong ]");
        for (int i = 0; i < 50 && !Tables(target).SequenceEqual(before); i++) Thread.Sleep(100); // what was cut short runs out in 2.5 s
        Tables(target).Should().Equal(before);
        string[] counters = target.Admin("counters").Split('\n');
        foreach (string line in counters.Where(line => Regex.IsMatch(line, "flogis|logos|e-nodes-lost|logins"))) output.WriteLine(line);
        long flogis = long.Parse(Regex.Match(string.Join('\n', counters), @"fcf-flogis\s+(\d+)").Groups[1].Value);
        flogis.Should().BeGreaterThanOrEqualTo(11, "ten logins of the one, and that of the other");
        counters.Should().NotContain(line => line.StartsWith("faults"), "of the counters those are shown that are not zero");
    }

    /// <summary>How many there are of everything that a login makes.</summary>
    private static string[] Tables(Target target) =>
    [
        .. (target.Admin("status", "--json") + target.Admin("fabric", "--json")).Split('\n')
            .Where(line => Regex.IsMatch(line, "\"(sessions|remote_ports|local_ports|ports|enodes_logged_in|virtual_links|faults)\"")),
    ];

    /// <summary>Linux's own target as a fabric port with one RAM disk, for these initiators.</summary>
    private static string LioTarget(params string[] initiators)
    {
        string acls = string.Join(' ', initiators.Select(Colons));
        return $$"""
            WWPN=$(sed 's/^/20:00:/' /sys/class/net/vec0/address)
            ip link set vec0 up
            T=/sys/kernel/config/target
            mkdir -p $T/core/rd_mcp_0/rd0 $T/fc/$WWPN/tpgt_1/lun/lun_0
            echo rd_pages=8192 > $T/core/rd_mcp_0/rd0/control; echo 1 > $T/core/rd_mcp_0/rd0/enable
            ln -s $T/core/rd_mcp_0/rd0 $T/fc/$WWPN/tpgt_1/lun/lun_0/rd0
            for acl in {{acls}}; do
              mkdir -p $T/fc/$WWPN/tpgt_1/acls/$acl/lun_0
              ln -s $T/fc/$WWPN/tpgt_1/lun/lun_0 $T/fc/$WWPN/tpgt_1/acls/$acl/lun_0/lun0
            done
            echo vec0 > /sys/module/libfcoe/parameters/create
            """;
    }

    private static string Colons(string wwpn) => string.Join(':', wwpn.Chunk(2).Select(pair => new string(pair)));
}
