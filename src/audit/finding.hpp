// The kinds of what a check of the disk can find, with what each means and what to do: one table for the
// log's verifier and for the whole vault's.
#pragma once

#include <array>
#include <string_view>

namespace rookery::audit {

enum class FindingKind {
    damaged,      // bytes that are not as they were written
    missing,      // something that was written is not there
    older,        // an earlier state was put back
    forged,       // written without the vault's keys
    rewritten,    // contradicts what was signed
    disagrees,    // two things that must agree do not
    stray,        // nothing that a vault writes
    interrupted,  // left over by a process that was ended
    linked,       // a symbolic link where the vault keeps a file or folder
    exposed,      // others on the machine can read it
};

struct FindingWords {
    FindingKind kind;
    std::string_view name;  // for programs
    std::string_view meaning;
    std::string_view remedy;
};

inline constexpr std::array<FindingWords, 10> finding_words{{
    {FindingKind::damaged,
     "damaged",
     "these bytes are not as the vault wrote them: the disk is failing, or somebody changed them",
     "keep a copy of the directory as evidence, restore the newest backup, and check the disk"},
    {FindingKind::missing,
     "missing",
     "something that the vault wrote was taken away",
     "keep a copy of the directory as evidence, restore the newest backup, and find out who can "
     "write to the disk"},
    {FindingKind::older,
     "older",
     "an earlier state was put back over a newer one",
     "keep a copy of the directory as evidence; take what is newer from a backup, and rotate what "
     "was changed since"},
    {FindingKind::forged,
     "forged",
     "somebody who can write to the disk wrote it without the vault's keys",
     "keep a copy of the directory as evidence, restore the newest backup, and treat the machine "
     "as broken into"},
    {FindingKind::rewritten,
     "rewritten",
     "other entries stood here when they were signed: history was rewritten",
     "keep this copy and the signed checkpoints; compare with those that others hold"},
    {FindingKind::disagrees,
     "disagrees",
     "two things that the vault writes together contradict each other",
     "keep a copy of the directory as evidence, and restore the newest backup"},
    {FindingKind::stray,
     "stray",
     "no vault of this version writes that",
     "find out where it came from; move it out of the directory while the server is stopped"},
    {FindingKind::interrupted,
     "interrupted",
     "a process was ended while it replaced a file; the file itself is whole",
     "remove it while the server is stopped"},
    {FindingKind::linked,
     "linked",
     "what the link leads to lies outside the data directory, and is neither copied nor protected "
     "with it",
     "put what it leads to in its place while the server is stopped"},
    {FindingKind::exposed,
     "exposed",
     "others on this machine can read it",
     "set its mode to 0600, and replace the key if others may have read it"},
}};

[[nodiscard]] constexpr const FindingWords& words_of(FindingKind kind) {
    return finding_words[static_cast<std::size_t>(kind)];
}

/// Of a finding of verify_log, which has the words.
[[nodiscard]] constexpr FindingKind kind_meaning(std::string_view meaning) {
    for (const auto& words : finding_words) {
        if (words.meaning == meaning) return words.kind;
    }
    return FindingKind::damaged;
}

}  // namespace rookery::audit
