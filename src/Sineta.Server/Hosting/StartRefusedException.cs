namespace Sineta.Server.Hosting;

/// <summary>The server cannot start, and its operator can do something about it.</summary>
/// <param name="sentence">One plain sentence: what is wrong and what to do. It is all that the operator sees.</param>
/// <param name="inner">What it was found out by.</param>
internal sealed class StartRefusedException(string sentence, Exception? inner = null) : Exception(sentence, inner);
