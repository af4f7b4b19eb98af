// SPDX-License-Identifier: MIT

using System.Text;
using FcTarget.DTrace.Session;

namespace FcTarget.DTrace.Tests.Session;

/// <summary>A client that keeps what it is sent.</summary>
internal sealed class Transcript : IDTraceClient
{
    private readonly StringBuilder _output = new(), _errors = new();

    public string Output => _output.ToString();

    public string Errors => _errors.ToString();

    public void Write(ReadOnlySpan<byte> output) => _output.Append(Encoding.UTF8.GetString(output));

    public void WriteError(string message) => _errors.Append(message);
}
