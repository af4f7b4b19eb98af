// SPDX-License-Identifier: MIT

namespace FcTarget.Port;

/// <summary>
/// On a counter: a received frame that moves it went no further, was refused, or was no use. Recordings say so at that frame.
/// </summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class RefusalAttribute : Attribute;
