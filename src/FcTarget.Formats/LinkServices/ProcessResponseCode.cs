// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.LinkServices;

/// <summary>Response code of a PRLI or PRLO page in LS_ACC (FC-LS-3, PRLI and PRLO): four bits. Zero in a request.</summary>
public enum ProcessResponseCode : byte
{
    None = 0,
    RequestExecuted = 1,

    /// <summary>No resources left for another image pair.</summary>
    NoResources = 2,

    /// <summary>The image is not initialized yet; the peer may try again.</summary>
    InitializationNotComplete = 3,

    /// <summary>The image named by the Process_Associator does not exist.</summary>
    NoSuchImage = 4,

    /// <summary>A predefined configuration precludes this image pair.</summary>
    PrecludedByConfiguration = 5,

    /// <summary>Executed, but some service parameters were not accepted as offered.</summary>
    ExecutedConditionally = 6,

    /// <summary>The destination port cannot take more than one page.</summary>
    MultiplePagesNotSupported = 7,

    /// <summary>The service parameters are invalid.</summary>
    ServiceParametersInvalid = 8,
}
