// SPDX-License-Identifier: MIT

using Microsoft.AspNetCore.Routing;

namespace FcTarget.Host.Control;

/// <summary>
/// A part of the control interface. To add one: implement <see cref="Map"/> with the functions of <see cref="ControlRoutes"/>, name the
/// module in <see cref="ControlModules"/>, and give its records a <c>JsonSerializerContext</c> with the options of
/// <see cref="ControlJson"/>.
/// </summary>
internal interface IControlModule
{
    /// <summary>Adds the module's paths.</summary>
    /// <param name="routes">What is mapped here appears below <c>/v1</c>.</param>
    void Map(IEndpointRouteBuilder routes);
}
