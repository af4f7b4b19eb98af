// SPDX-License-Identifier: MIT

using FcTarget.Fabric;
using FcTarget.Formats;
using FcTarget.Host.Serving;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Wire;

namespace FcTarget.Host.Tests;

/// <summary>What the store keeps of target ports, and who waits for it.</summary>
public sealed class PortStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fctarget-test.").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A target on an interface, from start to stop, with the one store.</summary>
    private async Task LiveAsync(ulong mac, Func<ControlRig, Target, Task> meanwhile)
    {
        using Target target = new(
            new MemorySegment().Attach("target", new MacAddress(mac)), new PortOptions { Topology = Topology.Switch, SymbolicPortName = "main" }, [],
            TimeProvider.System, new FcProvider(), observer: null, store: Path.Combine(_folder, "store.json"),
            makeSwitch: port => new SwitchTopology(port, new FabricOptions { SwitchName = Wwn.None }, new FcfOptions()));
        target.Start();
        await using (ControlRig control = await ControlRig.StartAsync(target)) await meanwhile(control, target);
        await target.StopAsync();
    }

    [Fact]
    public Task The_loop_does_not_wait_for_the_disk_when_a_port_is_made() => LiveAsync(0x02_00_00_00_00_09, async (control, target) =>
    {
        Thread? loop = null;
        List<Thread> stores = [];
        await target.AskAsync(_ => loop = Thread.CurrentThread);
        target.Stmf.Changed += () => stores.Add(Thread.CurrentThread);
        await control.Ask("POST ports", """{"definition":"name=new"}""");
        await control.Ask("PUT targets/new/state", """{ "state": "offline" }""");
        await control.Ask("DELETE ports/new");
        stores.Should().HaveCount(3).And.NotContain(loop!);
    });

    [Fact]
    public Task A_logical_unit_that_is_made_at_run_time_is_kept_by_the_store() => LiveAsync(0x02_00_00_00_00_0A, async (control, _) =>
        (await control.Ask("POST lus", """{ "name": "db", "definition": "memory:1M" }""")).GetProperty("logical_units").EnumerateArray()
            .Select(unit => $"{unit.GetProperty("name")} {unit.GetProperty("kept")}").Should().Equal("db True"));

    [Fact]
    public async Task A_target_of_another_interface_is_forgotten_unless_the_administrator_has_said_something_of_it()
    {
        await LiveAsync(0x02_00_00_00_00_11, (_, _) => Task.CompletedTask);
        await LiveAsync(0x02_00_00_00_00_12, (control, _) => control.Ask("PUT targets/main/state", """{ "state": "offline" }"""));
        await LiveAsync(0x02_00_00_00_00_13, async (control, _) =>
        {
            await control.Ask("POST target-groups", """{ "name": "group" }""");
            await control.Ask("POST target-groups/group/members", """{ "name": "20:00:02:00:00:00:00:13" }""");
            await control.Ask("POST ports", """{"definition":"name=made"}""");
        });
        await LiveAsync(0x02_00_00_00_00_14, async (control, _) => (await control.Ask("GET targets")).GetProperty("targets").EnumerateArray()
            .Select(target => $"{target.GetProperty("name")} {target.GetProperty("state")}").Should().BeEquivalentTo(
                "20:00:02:00:00:00:00:12 absent", "20:00:02:00:00:00:00:13 absent", "20:01:02:00:00:00:00:13 online", "20:00:02:00:00:00:00:14 online"));
    }
}
