// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.LinkServices;
using FcTarget.Replay.Survey;

namespace FcTarget.Replay.Conversation;

/// <summary>A captured N_Port other than the target, as the replay speaks for it.</summary>
internal sealed class ReplayPeer
{
    public ReplayPeer(SurveyedPort captured)
    {
        Captured = captured;
        Ours = captured.Id;
        MacAddress madeUp = new(0x02_00_00_00_00_00ul | captured.Id.Value);
        ENode = captured.ENode != MacAddress.None ? captured.ENode : madeUp;
        PortName = captured.PortName.IsNone ? Wwn.PortNameOf(madeUp) : captured.PortName;
        NodeName = captured.NodeName.IsNone ? Wwn.NodeNameOf(madeUp) : captured.NodeName;
    }

    public SurveyedPort Captured { get; }

    /// <summary>Its N_Port_ID in the capture.</summary>
    public FcId Id => Captured.Id;

    /// <summary>Its N_Port_ID in the replay; another one where our fabric gives it.</summary>
    public FcId Ours { get; set; }

    public MacAddress ENode { get; }

    public Wwn PortName { get; }

    public Wwn NodeName { get; }

    /// <summary>What it says in a login that is not in the capture: what it said in one that is, or the usual.</summary>
    public LoginPayload Login(ElsCommand command)
    {
        LoginPayload login = default;
        if (Captured.Login is null || !ElsPayload.TryRead(Captured.Login, out login))
        {
            login.Common.HighestVersion = login.Common.LowestVersion = CommonServiceParameters.FcPh3;
            login.Common.NPortFeatures = NPortFeatures.ContinuouslyIncreasingRelativeOffset;
            login.Common.ReceiveDataFieldSize = 2112;
            login.Common.TotalConcurrentSequences = 255;
            login.Common.RelativeOffsetByCategory = 0x1F;
            login.Common.EDTov = 2000;
            login.Class3.ServiceOptions = ClassServiceOptions.ClassValid;
            login.Class3.ReceiveDataFieldSize = 2112;
            login.Class3.ConcurrentSequences = 255;
            login.Class3.OpenSequencesPerExchange = 1;
        }
        login.Command = command;
        login.PortName = PortName;
        login.NodeName = NodeName;
        return login;
    }
}
