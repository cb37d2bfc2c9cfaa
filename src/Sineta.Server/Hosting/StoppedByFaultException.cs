namespace Sineta.Server.Hosting;

/// <summary>A server that ran has ended by itself: whoever watches over it is to start it again.</summary>
internal sealed class StoppedByFaultException(string what, Exception fault)
    : Exception($"Sineta stopped, for its {what} failed: {fault.Message.ReplaceLineEndings(" ")} The log has more of it.", fault);
