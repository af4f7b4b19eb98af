// SPDX-License-Identifier: MIT

namespace FcTarget.LogicalUnits;

/// <summary>
/// A logical unit cannot be made as the operator described it. The message names the option or file, what is wrong with it and the
/// remedy, and is meant to be shown as it is.
/// </summary>
public sealed class LuConfigurationException : Exception
{
    public LuConfigurationException(string message) : base(message) { }

    public LuConfigurationException(string message, Exception innerException) : base(message, innerException) { }
}
