// SPDX-License-Identifier: MIT

namespace FcTarget.Host.Control;

/// <summary>A request to the control interface is refused. The message is one sentence for the administrator.</summary>
internal sealed class ControlException : Exception
{
    /// <param name="status">HTTP status: 400 wrong, 404 not there, 409 in conflict with what is there, 503 not now.</param>
    public ControlException(int status, string message) : base(message) => Status = status;

    public int Status { get; }
}
