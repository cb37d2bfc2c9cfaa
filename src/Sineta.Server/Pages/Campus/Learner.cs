using Sineta.Delivery.Institutions;

namespace Sineta.Server.Pages.Campus;

/// <summary>What a viewer is on the campus, whose pages admit users alone.</summary>
internal static class Learner
{
    extension(Viewer viewer)
    {
        /// <summary>Who studies.</summary>
        public long LearnerId => viewer.UserId ?? throw new InvalidOperationException("The route admits somebody who is no user.");

        /// <summary>Where.</summary>
        public Institution School =>
            viewer.Institution ?? throw new InvalidOperationException("The route does not ask for an institution.");

        /// <summary>The day that it is there.</summary>
        public DateOnly Today(TimeProvider time) => DateOnly.FromDateTime(viewer.School.Clock.ToLocal(time.GetUtcNow()));
    }
}
