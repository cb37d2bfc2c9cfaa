namespace Sineta.Delivery.Dispatch;

/// <summary>
/// How long each phase took, in microseconds. The first three are null where the attempt met a connection already made, or never came so
/// far; <paramref name="FirstByte"/> is from a usable connection to the answer's headers, null where none came.
/// </summary>
public readonly record struct AttemptTimings(int? Dns, int? Connect, int? Tls, int? FirstByte, int Total);
