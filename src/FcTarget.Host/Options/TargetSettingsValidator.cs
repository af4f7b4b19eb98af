// SPDX-License-Identifier: MIT

using Microsoft.Extensions.Options;

namespace FcTarget.Host.Options;

/// <summary>Refuses settings that <see cref="TargetOptions"/> cannot be read from, before anything is opened.</summary>
internal sealed class TargetSettingsValidator : IValidateOptions<TargetSettings>
{
    public ValidateOptionsResult Validate(string? name, TargetSettings options) =>
        TargetOptions.Read(options, out IReadOnlyList<string> errors) is null ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;
}
