// SPDX-License-Identifier: MIT

using FcTarget.Host.Options;
using FcTarget.Host.Serving;

namespace FcTarget.Host.Tests;

public sealed class InterfaceLockTests
{
    // Nobody else's: the names are those of the whole network namespace.
    private readonly string _name = $"t{Guid.NewGuid():n}";

    [Fact]
    public void One_has_an_interface_until_it_lets_go()
    {
        Action again = () => InterfaceLock.Take(_name, []);
        using (InterfaceLock.Take(_name, []))
            again.Should().Throw<OperatorException>().WithMessage(
                $"Interface '{_name}' is served by another target already, process {Environment.ProcessId}. Stop it, or name another interface.");
        InterfaceLock.Take(_name, []).Dispose();
    }

    [Fact]
    public void VLANs_of_an_interface_are_apart_and_one_that_is_taken_takes_none_of_the_others()
    {
        using InterfaceLock untagged = InterfaceLock.Take(_name, []);
        using (InterfaceLock.Take(_name, [100, 200, 100]))
        {
            Action both = () => InterfaceLock.Take(_name, [300, 200]);
            both.Should().Throw<OperatorException>().WithMessage($"VLAN 200 of interface '{_name}' is served by another target already*");
            InterfaceLock.Take(_name, [300]).Dispose();
        }
    }

    // Nobody accepts those who ask whose it is.
    [Fact]
    public void Whoever_asks_often_is_refused_as_often()
    {
        using InterfaceLock first = InterfaceLock.Take(_name, []);
        for (int i = 0; i < 100; i++)
            ((Action)(() => InterfaceLock.Take(_name, []))).Should().Throw<OperatorException>().WithMessage("*is served by another target already*");
    }
}
