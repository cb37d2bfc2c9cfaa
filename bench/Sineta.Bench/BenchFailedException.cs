namespace Sineta.Bench;

/// <summary>The bench cannot go on; the message is one sentence for whoever runs it.</summary>
internal sealed class BenchFailedException(string message) : Exception(message);
