// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Port;

/// <summary>What an N_Port of ours tells the name server about itself (FC-GS, name server), in the order of libfc.</summary>
internal static class NameServerRegistration
{
    /// <summary>The longest CT_IU: a symbolic name with its key.</summary>
    public const int MaxLength = 16 + 8 + SymbolicName.PaddedSize;

    public static ReadOnlySpan<NameServerCommand> Steps =>
        [NameServerCommand.RnnId, NameServerCommand.RsnnNn, NameServerCommand.RspnId, NameServerCommand.RftId, NameServerCommand.RffId];

    /// <summary>Writes the request. Its length in bytes, or 0 when there is nothing to tell.</summary>
    /// <param name="to">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="step">One of <see cref="Steps"/>.</param>
    /// <param name="local">The N_Port.</param>
    public static int Write(Span<byte> to, NameServerCommand step, LocalPort local)
    {
        CtPreamble preamble = CtPreamble.To(step);
        switch (step)
        {
            case NameServerCommand.RnnId:
                return CtIu.Write(to, preamble, new NsRegisterName { Id = local.Id, Name = local.NodeName });
            case NameServerCommand.RsnnNn:
                return WriteName(to, preamble, new NsName(local.NodeName), local.Options.SymbolicNodeName);
            case NameServerCommand.RspnId:
                return WriteName(to, preamble, new NsPortId(local.Id), local.Options.SymbolicPortName);
            case NameServerCommand.RftId:
                NsRegisterFc4Types types = new() { Id = local.Id };
                types.Types.Set((byte)FcType.Fcp);
                return CtIu.Write(to, preamble, types);
            default:
                NsRegisterFc4Features features = new() { Id = local.Id, Features = FeaturesOf(local), Fc4Type = FcType.Fcp };
                return CtIu.Write(to, preamble, features);
        }
    }

    private static byte FeaturesOf(LocalPort local)
    {
        FcpServiceParameters ours = local.FcpParameters;
        byte features = 0;
        if ((ours & FcpServiceParameters.TargetFunction) != 0) features |= Fc4Features.FcpTarget;
        if ((ours & FcpServiceParameters.InitiatorFunction) != 0) features |= Fc4Features.FcpInitiator;
        return features;
    }

    private static int WriteName<T>(Span<byte> to, in CtPreamble preamble, in T key, string name) where T : struct, IWirePayload
    {
        if (name.Length == 0) return 0;
        int length = CtIu.Write(to, preamble, key);
        return length + SymbolicName.Write(to[length..], name);
    }
}
