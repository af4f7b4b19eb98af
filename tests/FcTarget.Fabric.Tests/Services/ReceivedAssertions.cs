// SPDX-License-Identifier: MIT

using FcTarget.Formats.LinkServices;
using FluentAssertions.Primitives;

namespace FcTarget.Fabric.Tests.Services;

public static class ReceivedAssertions
{
    public static void BeAccepted(this ObjectAssertions answer) => ((Received)answer.Subject).Payload[0].Should().Be((byte)ElsCommand.LsAcc);

    public static void BeRejected(this ObjectAssertions answer, ElsReject reject)
    {
        ElsPayload.TryRead(((Received)answer.Subject).Payload, out LsRjtPayload payload).Should().BeTrue();
        payload.Command.Should().Be(ElsCommand.LsRjt);
        payload.Reject.Should().Be(reject);
    }
}
