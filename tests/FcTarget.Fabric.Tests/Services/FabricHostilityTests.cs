// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;
using FsCheck;
using FsCheck.Fluent;

namespace FcTarget.Fabric.Tests.Services;

/// <summary>Whatever a port sends to the well-known addresses: an answer or silence, and everybody else's logins undisturbed.</summary>
public sealed class FabricHostilityTests : IDisposable
{
    private static readonly FcId[] Services = [FcId.ManagementServer, FcId.DirectoryServer, FcId.FabricController, FcId.FPortController, new(0xFFFFFBu)];

    private readonly FabricRig _rig = new();
    private readonly RigPort _good, _bad;

    public FabricHostilityTests()
    {
        _good = _rig.Join(1);
        _bad = _rig.Join(2);
        _bad.Plogi(FcId.ManagementServer);
    }

    [Fact]
    public void Any_bytes_to_any_service_get_at_most_one_answer_and_disturb_nobody() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<ushort>(), (bytes, seed) =>
        {
            byte[] payload = new byte[Math.Min(bytes.Length, 1000)];
            bytes.AsSpan(0, payload.Length).CopyTo(payload);
            FcId to = Services[seed % Services.Length];
            if (to == FcId.FPortController && payload.Length > 0 && payload[0] == (byte)ElsCommand.Logo) payload[0]++; // that one would be right
            bool ct = (seed & 0x100) != 0;
            if (ct && payload.Length >= CtPreamble.WireSize && (seed & 0x200) != 0) MakePlausible(payload, seed);
            _bad.Inbox.Clear();
            _bad.Send(to, ct ? RCtl.UnsolicitedControl : RCtl.ElsRequest, ct ? FcType.Ct : FcType.Els, payload, frameSize: (seed & 0x400) != 0 ? 64 : 2048);
            return _bad.Inbox.Count <= 1 && _good.Port.IsLoggedIn && _bad.Port.IsLoggedIn
                && _good.Ns(NameServerCommand.GpnId, "00010001") == "2000000000000001";
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000).WithEndSize(300));

    [Fact]
    public void Any_header_is_survived()
    {
        Random random = new(11);
        byte[] wire = new byte[FcHeader.WireSize + 64];
        for (int i = 0; i < 20_000; i++)
        {
            random.NextBytes(wire);
            if (random.Next(2) == 0) (wire[1], wire[2], wire[3]) = (0xFF, 0xFF, (byte)(0xF8 + random.Next(8)));
            if (random.Next(2) == 0) (wire[5], wire[6], wire[7]) = (0x01, 0x00, 0x02);
            if (random.Next(2) == 0) (wire[0], wire[8]) = random.Next(2) == 0 ? ((byte)0x22, (byte)0x01) : ((byte)0x02, (byte)0x20);
            if (FcFrame.TryRead(wire, out FcFrame frame) != FcFrameError.None) continue;
            if (frame.Header.DId == FcId.FPortController && frame.Payload.Length > 0 && frame.Payload[0] == (byte)ElsCommand.Logo) continue;
            _rig.Fabric.OnFrame(_bad.Port, frame, random.Next(2) == 0);
        }
        _rig.Fabric.Counters.FramesUnexpected.Should().BeGreaterThan(100);
        _bad.Inbox.Should().NotBeEmpty();
        (_good.Port.IsLoggedIn, _bad.Port.IsLoggedIn).Should().Be((true, true));
    }

    [Theory]
    [InlineData(ElsCommand.Plogi, 116)]
    [InlineData(ElsCommand.Pdisc, 116)]
    [InlineData(ElsCommand.Adisc, 28)]
    [InlineData(ElsCommand.Logo, 16)]
    [InlineData(ElsCommand.Scr, 8)]
    public void An_ELS_cut_anywhere_is_refused(ElsCommand command, int length)
    {
        for (int cut = 1; cut < length; cut++)
        {
            byte[] payload = new byte[cut];
            payload[0] = (byte)command;
            _bad.Els(FcId.FabricController, payload).Should().BeRejected(ElsReject.InvalidPayloadLength);
        }
    }

    [Fact]
    public void An_ELS_in_the_name_of_another_is_refused()
    {
        LoginPayload plogi = _good.Flogi();
        plogi.Command = ElsCommand.Plogi;
        _bad.Els(FcId.DirectoryServer, plogi).Should().BeRejected(ElsReject.InvalidPortName);
        _bad.Els(FcId.FPortController, new LogoPayload { Command = ElsCommand.Logo, NPortId = _good.Id, NPortName = _good.Name })
            .Should().BeRejected(ElsReject.InvalidPortName);
        _good.Port.IsLoggedIn.Should().BeTrue();
        _bad.Send(FcId.DirectoryServer, RCtl.ElsRequest, FcType.Els, [5, 0, 0, 0], from: _good.Id);
        _bad.Inbox.Should().BeEmpty();
        _rig.Fabric.Counters.FramesUnexpected.Should().Be(1);
    }

    [Fact]
    public void Ls_that_the_services_know_are_answered_and_others_refused()
    {
        _bad.Els(FcId.FPortController, new RtvPayload { Command = ElsCommand.Rtv }).Payload.Should()
            .Equal(2, 0, 0, 0, 0, 0, 0x27, 0x10, 0, 0, 0x07, 0xD0, 0, 0, 0, 0);
        _bad.Els(FcId.FPortController, [(byte)ElsCommand.Rdp, 0, 0, 0]).Should().BeRejected(ElsReject.CommandNotSupported);
        _bad.Els(FcId.FPortController, [0xEE, 0, 0, 0]).Should().BeRejected(ElsReject.CommandNotSupported);
        _bad.Plogi(new FcId(0xFFFFFBu)).Should().BeRejected(ElsReject.CommandNotSupported);
        AdiscPayload adisc = new() { Command = ElsCommand.Adisc, PortName = _bad.Name, NodeName = _bad.Node, NPortId = _bad.Id };
        _bad.Els(FcId.DirectoryServer, adisc).Should().BeAccepted();
        _bad.Els(FcId.FabricController, adisc).Should().BeRejected(ElsReject.PlogiRequired);
        LoginPayload pdisc = _bad.Flogi();
        pdisc.Command = ElsCommand.Pdisc;
        _bad.Els(FcId.DirectoryServer, pdisc).Should().BeAccepted();
        _bad.Els(FcId.FabricController, pdisc).Should().BeRejected(ElsReject.PlogiRequired);
    }

    [Fact]
    public void Abts_is_answered()
    {
        _bad.Send(FcId.DirectoryServer, RCtl.Abts, FcType.Bls, []);
        Received answer = _bad.Inbox.Should().ContainSingle().Subject;
        (answer.Header.RCtl, answer.Header.SId, answer.Payload.Length).Should().Be((RCtl.BaAcc, FcId.DirectoryServer, 12));
    }

    [Fact]
    public void A_port_that_is_logged_out_is_not_answered()
    {
        _rig.Fabric.Logout(_bad.Port);
        _bad.Send(FcId.DirectoryServer, RCtl.ElsRequest, FcType.Els, [3, 0, 0, 0]);
        _bad.Inbox.Should().BeEmpty();
    }

    public void Dispose() => _rig.Dispose();

    private static void MakePlausible(byte[] payload, ushort seed)
    {
        NameServerCommand[] names = Enum.GetValues<NameServerCommand>();
        FdmiCommand[] fdmi = Enum.GetValues<FdmiCommand>();
        CtPreamble preamble = (seed & 0x800) != 0 ? CtPreamble.To(names[(seed >> 4) % names.Length]) : CtPreamble.To(fdmi[(seed >> 4) % fdmi.Length]);
        CtIu.Write(payload, preamble);
        if (payload.Length >= 20) (payload[17], payload[18], payload[19]) = (1, 0, 2);
    }
}
