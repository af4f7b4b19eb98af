// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Contract;

/// <summary>A program that is refused.</summary>
/// <param name="message">
/// The whole sentence that follows <c>dtrace: </c>, such as <c>failed to compile script x.d: line 3: operator + requires ...</c> or
/// <c>invalid probe specifier fc:::nosuch: probe description fc:::nosuch does not match any probes</c>.
/// </param>
internal sealed class DCompileException(string message) : Exception(message);
