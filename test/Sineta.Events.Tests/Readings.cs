namespace Sineta.Events.Tests;

internal static class Readings
{
    extension(EventReading reading)
    {
        public EventDocument Document => reading switch
        {
            EventReading.Accepted(var document) => document,
            EventReading.Refused(var faults) => throw new Xunit.Sdk.XunitException(string.Join('\n', faults)),
            _ => throw new InvalidOperationException(),
        };

        public IReadOnlyList<Fault> Faults => reading is EventReading.Refused(var faults) ? faults : [];
    }
}
