// SPDX-License-Identifier: MIT

using FcTarget.Port;

namespace FcTarget.Initiator.Tests;

public sealed class AllocationTests
{
    [Theory]
    [InlineData(Topology.Vn2Vn, true)]
    [InlineData(Topology.Vn2Vn, false)]
    [InlineData(Topology.Fabric, true)]
    [InlineData(Topology.Fabric, false)]
    public void Warm_4_KiB_commands_allocate_nothing_at_either_end(Topology topology, bool write)
    {
        using InitiatorRig rig = new(topology);
        byte[] data = InitiatorRig.Pattern(4096);
        InitiatorCommand command = write ? rig.Write(0, data) : rig.Read(0, data);
        Repeat(rig, command, 500); // queues, pools and tiered code reach their final size

        int good = 0;
        long allocated = Allocated.By(() => good = Repeat(rig, command, 1000));

        good.Should().Be(1000);
        allocated.Should().Be(0);
    }

    private static int Repeat(InitiatorRig rig, InitiatorCommand command, int times)
    {
        int good = 0;
        for (int i = 0; i < times; i++)
        {
            rig.Initiator.Submit(command);
            rig.Pump();
            if (command.IsGood) good++;
        }
        return good;
    }
}
