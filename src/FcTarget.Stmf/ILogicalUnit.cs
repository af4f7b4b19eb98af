// SPDX-License-Identifier: MIT

namespace FcTarget.Stmf;

/// <summary>
/// The LU provider contract: the SAM device server. All three members are called on the loop of the port that received the
/// command, never re-entrantly for one task. An implementation that must block hands its work to a thread of its own, and that
/// thread ends with <see cref="ScsiTask.PostContinue"/>.
/// </summary>
public interface ILogicalUnit
{
    /// <summary>The LU's name and identity, for VPD pages, logs and maps.</summary>
    LogicalUnitIdentity Identity { get; }

    /// <summary>The tasks this LU has been given and has not completed; kept by the task router.</summary>
    TaskSet TaskSet { get; }

    /// <summary>
    /// Starts a command. It ends, now or later, in exactly one <c>task.Complete...</c>. May call <see cref="ScsiTask.SendData"/> or
    /// <see cref="ScsiTask.ReceiveData"/> before, one at a time.
    /// </summary>
    void Execute(ScsiTask task);

    /// <summary>
    /// The data handed to SendData has been sent, the buffer handed to ReceiveData is filled, or PostContinue was called. An LU
    /// looks at <see cref="ScsiTask.IsAborted"/> first and completes at once when it is set.
    /// </summary>
    void Continue(ScsiTask task);

    /// <summary>
    /// The task is aborted; the port no longer moves data for it. A task that waits for data (SendData, ReceiveData) or for
    /// nothing must be completed here; one whose work is on another thread completes when that work comes back through Continue.
    /// Any status does: nothing is sent for it (SAM-5 5.3.1, TAS=0).
    /// </summary>
    void Abort(ScsiTask task, AbortReason reason);

    /// <summary>
    /// A logical unit reset (SAM-5 6.3.3): what does not outlive one goes, reservations of RESERVE among it. The tasks are being
    /// aborted. Under the router's lock, on any thread.
    /// </summary>
    void OnReset() { }

    /// <summary>An I_T nexus is lost (SAM-5 6.3.4). Under the router's lock, on any thread.</summary>
    void OnNexusLoss(ItNexus nexus) { }
}
