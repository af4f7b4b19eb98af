// SPDX-License-Identifier: MIT

using FcTarget.Formats.Fcp;
using FcTarget.Formats.LinkServices;
using FcTarget.Initiator;
using FcTarget.Port;
using FcTarget.Replay.Conversation;
using FcTarget.Scsi;

namespace FcTarget.Replay.Live;

/// <summary>An initiator that is logged in with a live target, and does what a replay tells it. For one thread other than the loop's.</summary>
public sealed class ReplayInitiator
{
    /// <summary>
    /// A command has 30 s, its abort 2 R_A_TOV, and the logout when that fails another: whatever takes longer has no end.
    /// </summary>
    private static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(90);

    /// <summary>A link service has 2 E_D_TOV; a login some of them.</summary>
    private static readonly TimeSpan LinkServiceLimit = TimeSpan.FromSeconds(10), LoginLimit = TimeSpan.FromSeconds(30);

    private readonly InitiatorClient _client;
    private readonly LinkServiceTap _tap;
    private readonly Func<Func<bool>, TimeSpan, bool> _wait;
    private InitiatorTarget _target;

    /// <param name="client">The initiator.</param>
    /// <param name="target">The live target.</param>
    /// <param name="tap">The wire that the initiator is on.</param>
    /// <param name="wait">Lets time pass until something is so, for so long at most; false when it is not so by then.</param>
    public ReplayInitiator(InitiatorClient client, InitiatorTarget target, LinkServiceTap tap, Func<Func<bool>, TimeSpan, bool> wait)
    {
        _client = client;
        _target = target;
        _tap = tap;
        _wait = wait;
    }

    /// <summary>The live target.</summary>
    public InitiatorTarget Target => _target;

    private bool IsLoggedIn => _client.Targets.Any(t => t.PortName == _target.PortName);

    // ---- commands -------------------------------------------------------------------------------------------------

    /// <summary>Sends a command; does not wait.</summary>
    internal LiveCommand Begin(Lun lun, ReadOnlySpan<byte> cdb, TaskAttribute attribute, byte[] dataIn, byte[] dataOut)
    {
        byte[] copy = cdb.ToArray();
        return new LiveCommand(abort => _client.ExecuteAsync(_target, lun, copy, dataIn, dataOut, attribute: attribute, cancellation: abort), dataIn);
    }

    /// <summary>Sends a task management function; does not wait.</summary>
    internal LiveCommand Manage(Lun lun, FcpTaskManagementFlags function) => new(_ => _client.ManageAsync(_target, lun, function), []);

    /// <summary>Waits for the end of a command. Null when there is none.</summary>
    internal ScsiResult? End(LiveCommand command) => _wait(() => command.Task.IsCompleted, CommandLimit) ? command.Task.Result : null;

    /// <summary>Aborts a command, and waits for the answer.</summary>
    /// <param name="command">The command.</param>
    /// <param name="after">How long the target has for an answer before, as the captured one had.</param>
    /// <param name="reply">BA_ACC or BA_RJT; null when there is none.</param>
    /// <returns>False when the target has answered the command.</returns>
    internal bool TryAbort(LiveCommand command, TimeSpan after, out LinkServiceReply? reply)
    {
        _tap.TakeAbortAnswer();
        _wait(() => command.Task.IsCompleted, after < CommandLimit ? after : CommandLimit);
        command.Abort();
        ScsiResult? end = End(command);
        reply = _tap.TakeAbortAnswer();
        return end is not { Outcome: InitiatorOutcome.Completed };
    }

    // ---- link services --------------------------------------------------------------------------------------------

    /// <summary>What the target answered to the last request of this kind; null when it was never asked.</summary>
    internal LinkServiceReply? AnswerTo(ElsCommand asked) => _tap.AnswerTo(_target.Id, asked);

    /// <summary>Sends a link service request, with the identities of this initiator, and waits for its answer. Null when there is none.</summary>
    internal LinkServiceReply? Ask(byte[] els)
    {
        if (!ElsPayload.TryReadCommand(els, out ElsCommand command)) return null;
        LocalPort local = _client.Initiator.Local;
        if (command == ElsCommand.Adisc)
            els = MadeUpFrames.BytesOf(new AdiscPayload { Command = ElsCommand.Adisc, PortName = local.PortName, NodeName = local.NodeName, NPortId = local.Id });
        else if (command == ElsCommand.Pdisc && ElsPayload.TryRead(els, out LoginPayload login))
            els = MadeUpFrames.BytesOf(login with { PortName = local.PortName, NodeName = local.NodeName });
        _tap.Forget(_target.Id, command);
        Task<byte[]> answer = _client.RequestAsync(_target, els);
        return _wait(() => answer.IsCompleted, LinkServiceLimit) ? AnswerTo(command) : null;
    }

    /// <summary>
    /// PRLO, and waits for its answer; null when there is none. What comes after it needs a login anew, as our initiator never ends an image pair
    /// alone: so it logs out, too.
    /// </summary>
    internal LinkServiceReply? EndImage(byte[] prlo)
    {
        LinkServiceReply? reply = Ask(prlo);
        LogOut();
        return reply;
    }

    /// <summary>LOGO, and waits for its answer. Null when there is none.</summary>
    internal LinkServiceReply? LogOut()
    {
        _tap.Forget(_target.Id, ElsCommand.Logo);
        _client.LogOut(_target);
        _wait(() => AnswerTo(ElsCommand.Logo) is not null && !IsLoggedIn, LinkServiceLimit);
        return AnswerTo(ElsCommand.Logo);
    }

    /// <summary>Logs in, unless it is logged in. False when that failed.</summary>
    internal bool LogIn()
    {
        if (IsLoggedIn) return true;
        _client.LogIn(_target);
        if (!_wait(() => IsLoggedIn, LoginLimit)) return false;
        _target = _client.Targets.First(t => t.PortName == _target.PortName);
        return true;
    }
}
