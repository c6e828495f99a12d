# Marks for the terminal where the prompt, a command and its output are. Read after the person's own files.

set -g __parsess_key $PARSESS_MARK_KEY
set -e PARSESS_MARK_KEY

# The directory's Python environment comes first, whatever the files did to the search path.
if set -q PARSESS_ENVIRONMENT
    set -l own (string split -m 1 = -- $PARSESS_ENVIRONMENT)
    set -e PARSESS_ENVIRONMENT
    set -gx $own[1] $own[2]
    test "$PATH[1]" = $own[2]/bin; or set -gx PATH $own[2]/bin $PATH
end

# The prompt may be set anew at any time: looked at before each. Its first command must find the last exit code.
function __parsess_wrap
    functions fish_prompt 2>/dev/null | string match -q '*__parsess_mark_end*'; and return
    functions -q __parsess_own_prompt; and functions -e __parsess_own_prompt
    functions -q fish_prompt; or function fish_prompt; end
    functions -c fish_prompt __parsess_own_prompt
    function fish_prompt
        __parsess_own_prompt
        __parsess_mark_end
    end
end

function __parsess_mark_end
    printf '\e]133;B;key=%s\a' $__parsess_key
end

function __parsess_prompt --on-event fish_prompt
    set -l code $status
    printf '\e]7;file://%s%s\a' $hostname (string escape --style=url -- $PWD)
    printf '\e]133;A;key=%s\a' $__parsess_key
    __parsess_wrap
    return $code
end

function __parsess_cancel --on-event fish_cancel
    printf '\e]133;A;key=%s\a' $__parsess_key
end

function __parsess_begin --on-event fish_preexec
    set -l line (string sub -l 8192 -- $argv[1] | string collect)
    printf '\e]133;C;cmdline_url=%s;key=%s\a' (string escape --style=url -- $line) $__parsess_key
end

function __parsess_end --on-event fish_postexec
    printf '\e]133;D;%s;key=%s\a' $status $__parsess_key
end

__parsess_wrap
