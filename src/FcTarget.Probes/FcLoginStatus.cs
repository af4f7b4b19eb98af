// SPDX-License-Identifier: MIT

namespace FcTarget.Probes;

/// <summary>
/// Values of the <c>status</c> argument of <c>rport-login-end</c> and <c>fabric-login-end</c>: 0 success, above 0 an LS_RJT, below 0 no answer.
/// The provider documents an <c>int</c> that is zero on success and no more.
/// </summary>
public static class FcLoginStatus
{
    public const int Success = 0;

    /// <summary>Nobody answered in time, retries included.</summary>
    public const int TimedOut = -1;

    /// <summary>The link went down, or the port offline, while the login was under way.</summary>
    public const int LinkLost = -2;

    /// <summary>Another login of the same remote port took its place.</summary>
    public const int Superseded = -3;

    /// <summary>The answer was not what the standard allows.</summary>
    public const int ProtocolError = -4;

    /// <summary>LS_RJT, sent or received (FC-LS): reason code in bits 15:8, reason code explanation in bits 7:0.</summary>
    public static int LsRjt(byte reason, byte explanation) => (reason << 8) | explanation;
}
