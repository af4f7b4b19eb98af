// SPDX-License-Identifier: MIT

using FcTarget.Port.Tests;

namespace FcTarget.Fabric.Tests;

public sealed class StateMachineDocumentTests
{
    [Fact]
    public void The_FCF_does_what_the_document_says()
    {
        foreach (((FcfState state, FcfEvent cause), (FcfState, FcfAction) expected) in StateMachineDocument.Cells<FcfState, FcfEvent, FcfAction>("fcf"))
            FcfStateMachine.On(state, cause).Should().Be(expected, $"{state} meets {cause}");
    }

    [Fact]
    public void A_virtual_link_does_what_the_document_says()
    {
        foreach (((VirtualLinkState state, VirtualLinkEvent cause), (VirtualLinkState, VirtualLinkAction) expected)
            in StateMachineDocument.Cells<VirtualLinkState, VirtualLinkEvent, VirtualLinkAction>("virtual-link"))
            VirtualLinkStateMachine.On(state, cause).Should().Be(expected, $"{state} meets {cause}");
    }

    [Fact]
    public void The_document_has_every_cell()
    {
        StateMachineDocument.Cells<FcfState, FcfEvent, FcfAction>("fcf").Should()
            .HaveCount(Enum.GetValues<FcfState>().Length * Enum.GetValues<FcfEvent>().Length);
        StateMachineDocument.Cells<VirtualLinkState, VirtualLinkEvent, VirtualLinkAction>("virtual-link").Should()
            .HaveCount(Enum.GetValues<VirtualLinkState>().Length * Enum.GetValues<VirtualLinkEvent>().Length);
    }
}
