// SPDX-License-Identifier: MIT

using System.Reflection;
using Xunit.Sdk;

namespace FcTarget.Formats.Tests.TestSupport;

/// <summary>Gives a theory one frame of a reference capture: Ethernet header first, no FCS.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class FromCaptureAttribute(string file, int frame) : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[CaptureFrames.Get(file, frame).Bytes]];
}
